# shellcheck shell=bash
# Installs what config/packages.list names. Read by ./dev, which has `say`, `die` and `install` (yes or no).

packages_of() { # GROUP...
    local group
    for group in "$@"; do
        awk -v group="$group" '$1 == group { print $2 }' config/packages.list
    done
}

why_of() { # PACKAGE
    awk -v package="$1" '$2 == package { $1 = $2 = ""; sub(/^ +/, ""); print; exit }' config/packages.list
}

missing_packages() { # PACKAGE...
    local package
    for package in "$@"; do
        if [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
            printf '%s\n' "$package"
        fi
    done
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo DEBIAN_FRONTEND=noninteractive "$@"
    else
        die "root is needed for: $* (there is no sudo; run this as root, or install the packages yourself)"
    fi
}

# What installing would remove, and why. Boost 1.81 and the default 1.74 exclude each other, so this is not rare. A person is
# asked first; without a terminal, and in CI, what is said must do.
agree_to_removals() { # PACKAGE...
    local package other answer
    local -a removed
    mapfile -t removed < <(apt-get install -s --no-install-recommends "$@" 2>/dev/null | awk '/^Remv/ { print $2 }')
    [[ ${#removed[@]} -gt 0 ]] || return 0
    say "these packages conflict with what is needed and are removed: ${removed[*]}"
    for package in "$@"; do
        for other in $(apt-cache depends "$package" 2>/dev/null | awk '/Conflicts:|Breaks:/ { gsub(/[<>]/, "", $2); print $2 }' | sort -u); do
            if [[ " ${removed[*]} " == *" $other "* ]]; then
                say "  $package cannot stand beside $other; needed: $(why_of "$package")"
            fi
        done
    done
    if [[ -z ${CI:-} && -t 0 && -t 2 ]]; then
        read -r -p "dev: remove them? [y/N] " answer || answer=
        [[ $answer == [yY]* ]] || die "nothing was installed and nothing removed"
    fi
}

need() { # GROUP...
    local -a wanted missing
    mapfile -t wanted < <(packages_of "$@")
    if ! command -v dpkg-query >/dev/null; then
        say "this is not Debian; make sure that you have: ${wanted[*]}"
        return
    fi
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    if [[ ${#missing[@]} -eq 0 ]]; then
        return
    fi
    if [[ $install == no ]]; then
        say "missing packages:"
        printf '%s\n' "${missing[@]}"
        exit 2
    fi
    install_packages "${missing[@]}"
}

install_packages() { # PACKAGE...
    export DEBIAN_FRONTEND=noninteractive
    # A fresh image has no package lists at all.
    local package
    for package in "$@"; do
        if [[ -z $(apt-cache policy "$package" 2>/dev/null | awk '/Candidate:/ && $2 != "(none)"') ]]; then
            as_root apt-get update -qq >&2
            break
        fi
    done
    agree_to_removals "$@"
    say "installing: $*"
    as_root apt-get install -y -qq --no-install-recommends "$@" </dev/null >&2
}

# What only some of the tests need and is large. CI takes it along; elsewhere those tests are skipped and say why.
need_tools() {
    local package
    [[ -n ${CI:-} && $install == yes ]] && command -v dpkg-query >/dev/null || return 0
    # shellcheck disable=SC2046 # a list of words
    for package in $(missing_packages $(packages_of tools)); do
        # Many a nodejs that is not Debian's brings npm along and excludes Debian's.
        if [[ $package == npm ]] && command -v npm >/dev/null; then
            continue
        fi
        (install_packages "$package") || say "$package could not be installed; the tests that need it are skipped"
    done
}
