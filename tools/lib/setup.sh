# What `tools/dev setup` does: Debian packages, then lexbor. Each looks first and does nothing when all is there.

installed() { [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) == ?i* ]]; }

as_root() {
  if ((EUID == 0)); then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else return 127; fi
}

apt_install() {
  local apt=(apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  # Without --error-on=any an update that reached no server counts as a success. A broken third-party list is not
  # our business, though: what decides is whether the installation works.
  as_root "${apt[@]}" update --error-on=any || echo "apt-get update reported errors; trying with the lists there are."
  as_root env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "$@"
}

# need_packages <step name> <package...>: installs those that are missing.
need_packages() {
  local name=$1 package missing=()
  shift
  if ! command -v dpkg-query >/dev/null; then
    say "    no dpkg here: make sure these are installed: $*"
    return 0
  fi
  for package; do
    installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "these packages are missing; install them as root: ${missing[*]}"
    sudo -v || die "sudo is needed to install: ${missing[*]}"
  fi
  step "$name" "installing ${#missing[@]} packages: ${missing[*]}" apt_install "${missing[@]}"
}

# listed_packages [runnable]: the names in packages.txt; with `runnable` without those of the tests.
listed_packages() {
  local without='^$'
  [[ ${1:-} != runnable ]] || without='# tests:'
  grep -v -- "$without" "$root/tools/packages.txt" | sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d'
}

setup_packages() {
  local packages
  mapfile -t packages < <(listed_packages "$@")
  need_packages packages "${packages[@]}"
}

# setup [runnable]
setup() {
  setup_packages "$@"
  need_lexbor
}
