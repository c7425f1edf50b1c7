# Sourced by demo.sh and test.sh: brings what a bare Debian or Ubuntu lacks, once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Xvfb and what Qt 6 loads from the system; the names are the same on Debian 12 and Ubuntu 22.04 or later.
SYSTEM_PACKAGES=(
  xvfb xauth libegl1 libgl1 libopengl0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxkbcommon-x11-0 libxcb-cursor0
  libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0
  libxcb-xkb1 libpulse0
)
# Synthesisers that the tests of the voice model speak with.
VOICE_PACKAGES=(espeak-ng flite festival festvox-kallpc16k)

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "installing system packages needs root or sudo: apt-get install ${SYSTEM_PACKAGES[*]}"
  fi
}

# libglib2.0-0 became libglib2.0-0t64 in newer releases; either will do.
has_package() {
  local status
  status=$(dpkg-query -W -f '${db:Status-Status} ' "$1" "${1}t64" 2>/dev/null || true)
  [[ " $status" == *" installed "* ]]
}

install_system_packages() {
  local package missing=()
  command -v dpkg-query >/dev/null || { say "No dpkg here: please install what Qt 6 and Xvfb need yourself."; return; }
  for package in "$@"; do
    has_package "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "Installing system packages: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3 python3.12 python3.13; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' && { echo "$candidate"; return; }
  done
  fail "no Python 3.11 or newer found: install it, or name one with PYTHON=/path/to/python3"
}

# install_into VENV REQUIREMENT...: make VENV hold these, exactly; nothing to do when it already does.
install_into() {
  local venv=$1 python stamp
  shift
  stamp=$({ cat pyproject.toml constraints.txt; echo "$PWD" "$@"; } | sha256sum)
  [ -f "$venv/.installed" ] && [ "$(cat "$venv/.installed")" = "$stamp" ] && return
  python=$(find_python)
  "$python" -c 'import ensurepip' 2>/dev/null || install_system_packages python3-venv
  say "Installing into $venv (a few minutes the first time)"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt "$@" >&2
  echo "$stamp" >"$venv/.installed"
}
