#!/usr/bin/env bash
# The main job: napari with a sample CT and the dock. With no display it runs by itself on a virtual one, writes a
# screenshot and a labels NIfTI, and prints where.      usage: scripts/demo.sh [-o DIR] [further options of the demo]
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

install_system_packages "${SYSTEM_PACKAGES[@]}"
install_into .venv -e '.[all]'

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec .venv/bin/napari-spinalsam demo "$@"
fi
[ $# -gt 0 ] || set -- -o demo-output
exec xvfb-run -a -s '-screen 0 1920x1080x24' .venv/bin/napari-spinalsam demo "$@"
