# Docker Compose for the test of docker-compose.yml: the one that is installed, else the program of Debian 13's package,
# which runs on Debian 12 as well, unpacked into build/compose. Nothing is installed; apt checks the signature.

compose_dir=$root/build/compose

has_compose() {
  [[ -x $compose_dir/docker-compose || -n ${COPYDESK_COMPOSE:-} ]] || docker compose version >/dev/null 2>&1
}

fetch_compose() {
  local work options
  mkdir -p "$root/build"
  work=$(mktemp -d "$root/build/compose.XXXXXX")
  trap "rm -rf '$work'" EXIT # expanded now: later this function's variables are gone
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/unpacked" "$work/done"
  printf '%s\n' 'Types: deb' 'URIs: http://deb.debian.org/debian' 'Suites: trixie' 'Components: main' \
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >"$work/trixie.sources"
  options=(-o "Dir::Etc::sourcelist=$work/trixie.sources" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::status=/dev/null
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User= -o Acquire::Retries=3
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
  cd "$work"
  # Joined, since a caller that goes on after a failure takes `set -e` away.
  apt-get "${options[@]}" update --error-on=any &&
    apt-get "${options[@]}" download docker-compose &&
    dpkg -x docker-compose_*.deb unpacked &&
    mv unpacked/usr/libexec/docker/cli-plugins/docker-compose unpacked/usr/share/doc/docker-compose/copyright done/ &&
    done/docker-compose version &&
    rm -rf "$compose_dir" &&
    mv done "$compose_dir"
}

# For the test suite: without Compose one test is skipped.
fetch_compose_or_go_on() { (fetch_compose) || echo "Going on: docker-compose.yml will not be checked."; }

need_compose() {
  has_compose || step compose "fetching Docker Compose into build/compose, to check docker-compose.yml with" fetch_compose_or_go_on
}
