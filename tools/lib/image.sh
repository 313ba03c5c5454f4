# `tools/dev image`: the Dockerfile built with Debian's buildah, which needs neither a container engine nor a registry: the
# base image is made by debootstrap. Then the image's root file system runs beside a real broker: tools/image/try_image.py.
# Everything is kept in build/image. Where Docker or Podman runs, `docker build -t copydesk .` is all there is to do.

readonly kImageDiskGiB=4  # a build takes 2 of them at most; 0.2 stay for each release of Debian

image_dir=$root/build/image

image_usage() {
  cat <<'USAGE'
usage: tools/dev image [build|try|clean] [DEBIAN]
  build   the image copydesk:DEBIAN, bookworm (the default) or trixie
  try     runs that image as Docker would, as far as this goes without Docker, beside a real broker
  clean   removes build/image
Without a command: build, then try. It needs root.
USAGE
}

# store <command...>: with a store of our own for images. `vfs` copies whole folders; it needs nothing of the kernel.
store() {
  mkdir -p "$image_dir/tmp"
  printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$image_dir/store" "$image_dir/run" \
    >"$image_dir/storage.conf"
  env STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot CONTAINERS_STORAGE_CONF="$image_dir/storage.conf" \
    TMPDIR="$image_dir/tmp" "$@"
}

# What an interrupted run has left: working containers and images without a name.
tidy_store() {
  store buildah rm --all >/dev/null
  store buildah rmi --prune >/dev/null
  rm -rf "$image_dir/tmp"
}

need_disk() {
  local free
  mkdir -p "$image_dir"
  free=$(df --output=avail -B1G "$image_dir" | tail -n 1)
  ((free >= kImageDiskGiB)) || die "building the image needs $kImageDiskGiB GiB free for build/image; there are $free"
}

# As Debian's own slim image has it, so that the size of ours is about that of one built on it.
slim_down() {
  local base=$1
  cat >"$base/etc/dpkg/dpkg.cfg.d/docker" <<'CONF'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/linda/*
path-exclude /usr/share/lintian/overrides/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
CONF
  echo force-unsafe-io >"$base/etc/dpkg/dpkg.cfg.d/docker-apt-speedup"
  find "$base/usr/share/doc" ! -type d ! -name copyright -delete
  find "$base/usr/share/doc" -depth -type d -empty -delete
  rm -rf "$base"/usr/share/{info,linda,lintian,locale,man}/* "$base"/var/lib/apt/lists/* "$base"/var/cache/apt/* \
    "$base"/var/log/{apt,*.log} "$base/etc/resolv.conf" "$base"/dev/*
}

base_sources() {
  local debian=$1 mirror=http://deb.debian.org
  printf 'deb %s/debian %s main\n' "$mirror" "$debian" "$mirror" "$debian-updates"
  printf 'deb %s/debian-security %s main\n' "$mirror" "$debian-security"
}

# debootstrap mounts proc and sys below; in mounts of its own nothing of that can stay.
make_base() {
  local debian=$1 container folder
  container=$(store buildah from scratch)
  folder=$(store buildah mount "$container")
  unshare --mount debootstrap --variant=minbase "$debian" "$folder"
  slim_down "$folder"
  base_sources "$debian" >"$folder/etc/apt/sources.list"
  store buildah umount "$container"
  store buildah config --cmd /bin/bash --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  store buildah commit --rm --format docker "$container" "docker.io/library/debian:$debian-slim"
}

# Whom pip inside is to trust: those that this machine trusts, which matters where a proxy signs.
host_certificates() {
  local file
  for file in "${PIP_CERT:-}" /etc/ssl/certs/ca-certificates.crt; do
    [[ ! -f $file ]] || { printf '%s' "$file"; return 0; }
  done
}

# Health checks exist only in Docker's format. Without --layers, which on vfs costs a copy of everything a step. What is
# mounted is so in every stage, on folders that the base has, so that no mount point is left in the image.
bud() {
  local debian=$1 options=() certificates cache
  certificates=$(host_certificates)
  if [[ -n $certificates ]]; then
    mkdir -p "$image_dir/certificates"
    cp "$certificates" "$image_dir/certificates/host.crt"
    options+=(-v "$image_dir/certificates:/media:ro" --build-arg PIP_CERT=/media/host.crt)
  fi
  [[ -z ${PIP_INDEX_URL:-} ]] || options+=(--build-arg "PIP_INDEX_URL=$PIP_INDEX_URL")
  # What this machine has compiled already with the same compiler is not compiled again.
  cache=$(ccache --get-config cache_dir 2>/dev/null || echo "$image_dir/ccache")
  mkdir -p "$cache"
  options+=(-v "$cache:/mnt" --build-arg CCACHE_DIR=/mnt)
  store buildah bud --pull-never --format docker --build-arg "DEBIAN=$debian" "${options[@]}" \
    -t "localhost/copydesk:$debian" "$root" || { tidy_store && return 1; }
}

build_image() {
  local debian=$1
  need_disk
  tidy_store
  store buildah inspect --type image "docker.io/library/debian:$debian-slim" >/dev/null 2>&1 ||
    step image-base "making the base image debian:$debian-slim with debootstrap" make_base "$debian"
  step image-build "building the image copydesk:$debian" bud "$debian"
  tidy_store
}

# Leaves the folder of the root and the image's configuration in build/image/root and build/image/config.json.
mount_image() {
  local container
  container=$(store buildah from --pull-never "localhost/copydesk:$1")
  store buildah mount "$container" >"$image_dir/root"
  store buildah inspect --type image "localhost/copydesk:$1" >"$image_dir/config.json"
}

try_image() {
  local debian=$1
  store buildah inspect --type image "localhost/copydesk:$debian" >/dev/null 2>&1 ||
    die "there is no image of $debian yet: tools/dev image build $debian"
  need_kafka_jars broker fetch
  tidy_store
  step image-mount "unpacking the image" mount_image "$debian"
  on_failure=show_failure step image-try "running copydesk:$debian beside a broker" \
    /usr/bin/python3 -B tools/image/try_image.py "$(<"$image_dir/root")" "$image_dir/config.json" "$image_dir/try"
  sed -n '/^== /s/^== /    /p' "$log_dir/image-try.log"
  tidy_store
}

run_image() {
  local command=all
  case ${1:-} in
    build | try | clean) command=$1 && shift ;;
    -h | --help | help) image_usage && return 0 ;;
  esac
  local debian=${1:-bookworm}
  [[ $debian == bookworm || $debian == trixie ]] || { image_usage >&2; exit 2; }
  if [[ $command == clean ]]; then
    rm -rf "$image_dir"
    return 0
  fi
  ((EUID == 0)) || die "buildah's chroot and debootstrap need root: sudo tools/dev image"
  setup_packages
  need_packages packages-image buildah debootstrap
  case $command in
    build) build_image "$debian" ;;
    try) try_image "$debian" ;;
    all)
      build_image "$debian"
      try_image "$debian"
      ;;
  esac
  say "==> copydesk:$debian is in build/image; for Docker: CONTAINERS_STORAGE_CONF=build/image/storage.conf \\"
  say "      buildah push localhost/copydesk:$debian docker-archive:copydesk.tar"
}
