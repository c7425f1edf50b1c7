#!/usr/bin/env bash
# All checks: style, types, import contract, manifest; the core without Qt; the plugin in a real napari under Xvfb.
# usage: scripts/test.sh [options for tox, such as -e core]
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

install_system_packages "${SYSTEM_PACKAGES[@]}" "${VOICE_PACKAGES[@]}"
install_into .venv-tox tox
[ $# -gt 0 ] || set -- -e lint,core,pyqt6
exec .venv-tox/bin/tox run "$@"
