# `tools/dev lint`: formatting, layers, generated sources, scripts, clang-tidy.

readonly kCxxFiles=('*.h' '*.hpp' '*.c' '*.cpp')

# What git tracks or would track, so that a new file is looked at before it is added.
project_files() { git -c safe.directory="$root" ls-files --cached --others --exclude-standard -- "$@" | sort -u; }

# Files that differ from the branch's upstream, or without one from the commit before.
changed_files() {
  local base
  base=$(git merge-base HEAD '@{upstream}' 2>/dev/null || git rev-parse -q --verify HEAD~1 || git rev-parse HEAD)
  { git diff --name-only --diff-filter=d "$base" -- "$@"
    git ls-files --others --exclude-standard -- "$@"; } | sort -u
}

# clang_format <options...>, on every C and C++ file.
clang_format() {
  project_files "${kCxxFiles[@]}" | while read -r file; do [[ ! -f $file ]] || printf '%s\0' "$file"; done |
    xargs -0 -r -P "$(nproc)" -n 20 clang-format "$@"
}

# Parsing finds what would only fail when that line is reached.
check_scripts() {
  local file is failed=0
  while read -r file; do
    [[ -f $file ]] || continue
    case $file in
      *.py) is=python ;;
      *.sh) is=bash ;;
      *) is=$(head -n 1 "$file" | grep -oE '^#!.*(python|bash)' | grep -oE 'python|bash$' || true) ;;
    esac
    case $is in
      python) python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$file" || failed=1 ;;
      bash) bash -n "$file" || failed=1 ;;
    esac
  done < <(project_files tools bench tests .ci '*.py' '*.sh')
  return "$failed"
}

# clang does not know every option of g++.
check_tidy() {
  local database=build/log/tidy
  mkdir -p "$database"
  sed -e 's/ -fno-gnu-unique//g' -e 's# -include [^ ]*/cmake_pch\.hxx##g' build/release/compile_commands.json \
    >"$database/compile_commands.json"
  printf '%s\0' "$@" | xargs -0 -r -P "$(nproc)" -n 1 clang-tidy -p "$database" --quiet \
    --extra-arg=-Wno-unknown-warning-option --warnings-as-errors='*'
}

run_lint() {
  local sources=() all=false fix=false
  while (($#)); do
    case $1 in
      --all) all=true ;;
      --fix) fix=true ;;
      *) die "unknown option $1" ;;
    esac
    shift
  done
  setup
  need_packages packages-lint clang-format clang-tidy
  ! $fix || step format-fix "formatting every C and C++ file" clang_format -i
  step format "clang-format on every C and C++ file" clang_format --dry-run -Werror
  step layers "includes against the layers" python3 tools/check_layers "$root"
  step generated "generated sources against their scripts" python3 tools/check_generated "$root"
  step scripts "syntax of the scripts" check_scripts
  if $all; then
    mapfile -t sources < <(project_files 'core/*.cpp' 'plugins/*.cpp' 'plugins/*.c')
  else
    mapfile -t sources < <(changed_files 'core/*.cpp' 'plugins/*.cpp' 'plugins/*.c')
  fi
  if ((${#sources[@]})); then
    step configure "configuring the preset release" cmake --preset release
    step tidy "clang-tidy on ${#sources[@]} files" check_tidy "${sources[@]}"
  fi
  say "==> clean"
}
