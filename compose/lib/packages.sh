# Sourced: makes sure that what riftsync is built with and runs on is installed. Needs $root.

readonly wanted_packages=(
    ca-certificates git binutils pkg-config        # to fetch and build
    libcurl4-openssl-dev libdeflate-dev libhiredis-dev libpq-dev libsimdjson-dev
    redis-server postgresql                        # run as private servers, never the system's own
    curl netcat-openbsd python3                    # to talk to it by hand; to check the tests' figures
)

# Prints the wanted packages that are not installed. simdjson's header needs some version of the C++ library's headers.
missing_packages() {
    local package
    for package in "${wanted_packages[@]}"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
    [[ " $(dpkg-query -W -f '${db:Status-Status} ' 'libstdc++-*-dev' 2>/dev/null || true)" == *' installed '* ]] || echo g++
}

require_packages() {
    if ! command -v dpkg-query >/dev/null; then
        echo "This is not a Debian, so nothing is installed here. What is needed, by the names of Debian's packages:" >&2
        echo "    ${wanted_packages[*]} g++" >&2
        return 0
    fi
    local missing
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -gt 0 ] || return 0

    echo "Missing Debian packages: ${missing[*]}" >&2
    local installer=("$root/compose/lib/install-packages" "${missing[@]}")
    if [ "$(id -u)" -eq 0 ]; then
        "${installer[@]}" >&2
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n "${installer[@]}" >&2
    else
        echo "Installing them needs root, and sudo wants a password. Install them, then start this again:" >&2
        echo "    sudo ${installer[*]}" >&2
        echo "It installs them without letting Debian start its own servers. Plainly, with them started:" >&2
        echo "    sudo apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 69
    fi
    mapfile -t missing < <(missing_packages)
    if [ "${#missing[@]}" -gt 0 ]; then
        echo "Still missing after the installation: ${missing[*]}" >&2
        exit 69
    fi
}
