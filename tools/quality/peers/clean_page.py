"""Pages through another tool: clean_page.py trafilatura|resiliparse FOLDER OUT.jsonl. Prints its CPU a page, start-up excluded."""
import json
import pathlib
import sys
import time


def trafilatura_page():
    import trafilatura  # pylint: disable=import-outside-toplevel

    def page(data):
        found = trafilatura.bare_extraction(data, with_metadata=True, include_comments=False)
        if found is None:
            return {}
        found = found if isinstance(found, dict) else found.as_dict()
        return {"body": found.get("text"), "title": found.get("title"), "published_at": found.get("date"),
                "authors": [a.strip() for a in (found.get("author") or "").split(";") if a.strip()]}
    return page


def resiliparse_page():
    from resiliparse.extract.html2text import extract_plain_text  # pylint: disable=import-outside-toplevel
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding  # pylint: disable=import-outside-toplevel
    from resiliparse.parse.html import HTMLTree  # pylint: disable=import-outside-toplevel

    def page(data):
        tree = HTMLTree.parse(bytes_to_str(data, detect_encoding(data)))
        return {"body": extract_plain_text(tree, main_content=True, alt_texts=False), "title": tree.title}
    return page


def main():
    tool, folder, out = sys.argv[1:]
    page = {"trafilatura": trafilatura_page, "resiliparse": resiliparse_page}[tool]()
    files = sorted(pathlib.Path(folder).glob("*.html"))
    pages = [(f.stem, f.read_bytes()) for f in files]
    rows, cpu, failed = [], 0.0, 0
    for stem, data in pages:
        before = time.process_time()
        try:
            row = page(data)
        except Exception:  # pylint: disable=broad-exception-caught
            row, failed = {}, failed + 1
        cpu += time.process_time() - before
        rows.append({"id": stem, **row})
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    print(f"{1000 * cpu / max(len(pages), 1):.1f} ms CPU a page, {failed} failed")


if __name__ == "__main__":
    main()
