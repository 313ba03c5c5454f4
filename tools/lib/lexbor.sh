# lexbor, the HTML parser: the system's if there is one (Debian 12 and 13 have none), else a static library built in
# build/deps/lexbor from the complete source that comes inside the PyPI source distribution of selectolax, pinned by
# hash. Nothing of it is kept in the project.

lexbor_dir=$root/build/deps/lexbor

# True when CMake would find a lexbor of the system (cmake/FindLexbor.cmake looks in the same places).
system_has_lexbor() {
  pkg-config --exists lexbor 2>/dev/null || [[ -e /usr/include/lexbor/html/html.h ]] ||
    [[ -e /usr/local/include/lexbor/html/html.h ]]
}

# Whatever changes the built library changes the stamp.
lexbor_stamp() {
  cat "$root/tools/lib/lexbor_requirement.txt" "$root/tools/lib/lexbor.sh" | sha256sum | cut -d' ' -f1
  cc -dumpfullversion -dumpmachine
}

# Debian's own python knows python3-pip; another python earlier in PATH may not have pip at all.
python_with_pip() {
  local python
  for python in /usr/bin/python3 python3; do
    if "$python" -m pip --version >/dev/null 2>&1; then
      printf '%s' "$python"
      return 0
    fi
  done
  echo "no python3 with pip was found" >&2
  return 1
}

build_lexbor() {
  local work python
  mkdir -p "$root/build/deps"
  work=$(mktemp -d "$root/build/deps/lexbor.XXXXXX")
  # Expanded now: the trap runs when this function's variables are gone.
  trap "rm -rf '$work'" EXIT
  python=$(python_with_pip)
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/tools/lib/pip_stub PIP_REQUIRE_VIRTUALENV=0 "$python" -m pip download \
    --no-cache-dir --no-deps --no-build-isolation --disable-pip-version-check --no-binary=selectolax \
    --require-hashes -r "$root/tools/lib/lexbor_requirement.txt" -d "$work/download"
  tar -xzf "$work"/download/selectolax-*.tar.gz -C "$work" --strip-components=1
  CFLAGS='' cmake -S "$work/lexbor" -B "$work/build" -G Ninja -Wno-dev -Wno-deprecated \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE='-O2 -DNDEBUG' -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DCMAKE_C_COMPILER_LAUNCHER="$(command -v ccache || true)" \
    -DLEXBOR_BUILD_SHARED=OFF -DLEXBOR_BUILD_STATIC=ON \
    -DCMAKE_INSTALL_PREFIX="$work/install" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_MESSAGE=NEVER
  ninja -C "$work/build" -j "$(jobs_count)" install
  mkdir "$work/done" "$work/done/lib"
  cp -r "$work/install/include" "$work/done/include"
  cp "$work/install/lib/liblexbor_static.a" "$work/done/lib/"
  cp "$work/lexbor/LICENSE" "$work/lexbor/NOTICE" "$work/done/"
  lexbor_stamp >"$work/done/stamp"
  rm -rf "$lexbor_dir"
  mv "$work/done" "$lexbor_dir"
}

need_lexbor() {
  system_has_lexbor && return 0
  [[ -f $lexbor_dir/stamp && "$(<"$lexbor_dir/stamp")" == "$(lexbor_stamp)" ]] && return 0
  step lexbor "fetching and building lexbor 3.1.0 (HTML parser) into build/deps/lexbor" build_lexbor
}
