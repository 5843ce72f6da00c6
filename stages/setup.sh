#!/usr/bin/env bash
# setup.sh apt PACKAGE…                   install Debian packages that are missing, or say in one line what to install
# setup.sh torch PYTHON VERSION GPU       install torch: its CPU build, or with GPU=1 the CUDA build
set -euo pipefail

missing_packages() {
    for package in "$@"; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
    done
}

install_apt() {
    if ! command -v dpkg-query >/dev/null; then
        echo "This is not Debian or Ubuntu. Make sure that you have what these packages hold: $*"
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            echo "Please install what the system lacks:  sudo apt install ${missing[*]}" >&2
            exit 7
        fi
        sudo=(sudo -n)
    fi
    "${sudo[@]}" apt-get update --quiet=2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" >/dev/null
}

install_torch() {
    local python=$1 version=$2 gpu=$3
    if [ "$gpu" = 1 ]; then
        "$python" -m pip install --quiet "torch===$version"
    elif ! "$python" -c "import torch; assert torch.__version__.split('+')[0] == '$version'" 2>/dev/null; then
        "$python" -m pip install --quiet "torch==$version+cpu" 2>/dev/null ||
            "$python" -m pip install --quiet "torch==$version"
    fi
}

case ${1:-} in
apt) shift && install_apt "$@" ;;
torch) shift && install_torch "$@" ;;
*) sed -n '2,3p' "$0" && exit 2 ;;
esac
