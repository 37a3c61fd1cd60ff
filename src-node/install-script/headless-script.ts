import { shellQuoted } from '#shared/shell-quoting.ts';
import { releaseFunctions, type ScriptSource } from './release-functions.ts';

/**
 * Returns the script `install.sh` of a release, for Linux machines without a screen: it installs the newest stable release after it has checked it, starts the
 * agent as a service, and shows a pairing code. A cut script does nothing: all commands are in functions, and the call of the first one is only whole with
 * the last line. Pure.
 * @param version version of the release that it belongs to; an older one is refused
 */
export function headlessScript(source: ScriptSource, version: string): string {
  return String.raw`#!/bin/sh
# Installs the commands of ClawReach on a Linux machine without a screen, starts the agent and shows a pairing code:
#   curl -fsSL ${source.feed}/install.sh | sh
#   curl -fsSL ${source.feed}/install.sh | sh -s -- --relay wss://relay.example:7474 --name web1
# The release's signature and the package's hash are checked first.
set -eu

usage() {
  cat <<EOF
usage: install.sh [--no-pair] [options of 'clawreach pair', such as --relay URL, --pin HEX, --name NAME, --allow terminal]
       install.sh --uninstall

Without root it installs to ~/.local, with root to /opt/clawreach. Run it as the user whose terminals you want to open.
A relay that asks for a token takes it from CLAWREACH_ADMISSION.
EOF
}

${releaseFunctions(source)}
least=${shellQuoted(version)}

# Tells whether the version $1 is older than $2.
older() {
  awk -v one="$1" -v other="$2" 'BEGIN {
    split(one, a, "."); split(other, b, ".")
    for (i = 1; i <= 3; i++) if (a[i] + 0 != b[i] + 0) exit !(a[i] + 0 < b[i] + 0)
    exit 1
  }'
}

# Sets where programs belong.
find_places() {
  if [ "$(id -u)" -eq 0 ]; then
    base=/opt/clawreach
    bin=/usr/local/bin
    # Not the home folder of the user who called sudo.
    HOME=$(awk -F: '$3 == 0 { print $6; exit }' /etc/passwd)
    export HOME
  else
    base=$HOME/.local/lib/clawreach
    bin=$HOME/.local/bin
  fi
  if [ -L "$base" ] || { [ -e "$base" ] && [ "$(stat -c %u "$base")" != "$(id -u)" ]; }; then
    fail "$base isn't a folder of this user. Nothing was changed."
  fi
  # Of a user who came by su or sudo, too.
  XDG_RUNTIME_DIR=/run/user/$(id -u)
  export XDG_RUNTIME_DIR
}

# Ends if another installation is there, which this one would hide or be hidden by.
check_others() {
  for program in clawreach clawreach-relay; do
    if [ -e "$bin/$program" ] || [ -L "$bin/$program" ]; then
      [ "$(readlink "$bin/$program")" = "$base/current/$program" ] ||
        fail "$bin/$program isn't from this script. Remove it, then try again. Nothing was installed."
    fi
  done
  other=$(command -v clawreach || :)
  if [ -n "$other" ] && [ "$other" != "$bin/clawreach" ]; then
    fail "ClawReach is installed already: $other. To start it and show a code: clawreach service install && clawreach pair"
  fi
}

# Puts the newest release in its place, unless it is there. Sets changed.
install_release() {
  changed=no
  [ -e /lib64/ld-linux-x86-64.so.2 ] || [ -e /lib/ld-linux-aarch64.so.1 ] ||
    fail 'The package needs a Linux with glibc, such as Debian, Ubuntu or Fedora. Nothing was installed.'
  installed=
  if [ -L "$base/current" ]; then installed=$(basename "$(readlink "$base/current")"); fi
  read_release
  released=$(awk '$1 == "version:" { print $2; exit }' "$work/metadata")
  case "$released" in
    '' | *[!0-9.]*) fail 'The release has no version. Nothing was installed.' ;;
  esac
  if older "$released" "$least"; then fail "The server offers $released, which is older than $least. Nothing was installed."; fi
  if [ -n "$installed" ] && older "$released" "$installed"; then
    fail "The server offers $released, which is older than the installed $installed. Nothing was installed."
  fi
  if [ "$released" = "$installed" ]; then
    echo "ClawReach $released is installed."
    return 0
  fi
  chosen=$(file_ending "-linux-$arch.tar.gz")
  [ -n "$chosen" ] || fail "The release has no package for machines without a screen. Nothing was installed."
  read -r url hash size <<EOF
$chosen
EOF
  echo "Downloading ClawReach $released..."
  fetch_package "$url" "$hash" "$size" "$work/package.tar.gz"
  mkdir -p "$base/versions" "$bin"
  unpacked=$base/versions/.new-$$
  mkdir "$unpacked"
  tar -xzf "$work/package.tar.gz" -C "$unpacked" --no-same-owner ||
    fail "The package can't be unpacked. Nothing was installed."
  [ "$("$unpacked/clawreach" --version 2>&1 </dev/null)" = "$released" ] ||
    fail "The package doesn't run here: $("$unpacked/clawreach" --version 2>&1 </dev/null | head -n 1). Nothing was installed."
  rm -rf "$base/versions/$released"
  mv "$unpacked" "$base/versions/$released"
  ln -sfn "versions/$released" "$base/current"
  for program in clawreach clawreach-relay; do ln -sfn "$base/current/$program" "$bin/$program"; done
  # The previous one stays for terminals that it started.
  for folder in "$base/versions"/*; do
    case "$(basename "$folder")" in
      "$released" | "$installed") ;;
      *) rm -rf "$folder" ;;
    esac
  done
  changed=yes
  echo "Installed ClawReach $released: $bin/clawreach"
}

# Starts the agent with the machine, where systemd runs.
start_service() {
  if [ ! -d /run/systemd/system ]; then
    if [ "$changed" = yes ]; then "$bin/clawreach" stop --keep-terminals >/dev/null 2>&1 </dev/null || :; fi
    echo "There is no systemd here: start ClawReach with this machine by '$bin/clawreach run'."
    return 0
  fi
  if [ "$changed" = no ] && "$bin/clawreach" service status --json </dev/null | tr -d ' \n' |
    grep -q '"current":true.*"running":true'; then
    return 0
  fi
  # Also while the user isn't signed in. For root this starts the service manager of the user as well.
  user=$(id -un)
  lingers=yes
  loginctl enable-linger "$user" >/dev/null 2>&1 </dev/null ||
    sudo -n loginctl enable-linger "$user" >/dev/null 2>&1 </dev/null || lingers=no
  left=20
  while [ ! -S "$XDG_RUNTIME_DIR/systemd/private" ] && [ "$left" -gt 0 ]; do
    left=$((left - 1))
    sleep 0.5
  done
  "$bin/clawreach" service install </dev/null ||
    echo "ClawReach runs now, but doesn't start with this machine. Try again: $bin/clawreach service install"
  if [ "$lingers" = no ]; then
    echo "It ends when you sign out, until an administrator runs: sudo loginctl enable-linger $user"
  fi
}

pair() {
  if "$bin/clawreach" list --json </dev/null 2>/dev/null | grep -q '"peerId"'; then
    echo "This machine is paired already; its settings stay. For another machine: $bin/clawreach pair"
    return 0
  fi
  if [ "$(id -u)" -eq 0 ]; then echo "Terminals on this machine will be root's, since root has run this."; fi
  # The standard input is this script.
  if [ -t 1 ] && (: </dev/tty) 2>/dev/null; then
    "$bin/clawreach" pair "$@" </dev/tty
  else
    "$bin/clawreach" pair "$@" </dev/null
  fi
}

# Leaves nothing of an installation that was not finished.
clean() {
  rm -rf "$work" "$unpacked"
  if [ -d "$base" ]; then rmdir "$base/versions" "$base" 2>/dev/null || :; fi
}

uninstall() {
  [ -d "$base" ] || fail "ClawReach isn't installed in $base."
  if [ -x "$bin/clawreach" ]; then
    "$bin/clawreach" service uninstall >/dev/null 2>&1 </dev/null || :
    "$bin/clawreach" stop >/dev/null 2>&1 </dev/null || :
  fi
  for program in clawreach clawreach-relay; do
    if [ "$(readlink "$bin/$program")" = "$base/current/$program" ]; then rm -f "$bin/$program"; fi
  done
  rm -rf "$base"
  echo "Removed ClawReach. Keys, machines and settings stay in \${XDG_CONFIG_HOME:-$HOME/.config}/clawreach."
}

main() {
  umask 022
  action=install
  pairs=yes
  count=$#
  while [ "$count" -gt 0 ]; do
    word=$1
    shift
    count=$((count - 1))
    case "$word" in
      --uninstall) action=uninstall ;;
      --no-pair) pairs=no ;;
      -h | --help) action=usage ;;
      *) set -- "$@" "$word" ;;
    esac
  done
  if [ "$action" = usage ]; then
    usage
    return 0
  fi
  find_system
  [ "$system" != darwin ] || fail 'This script is for Linux. On macOS install the application.'
  find_places
  if [ "$action" = uninstall ]; then
    uninstall
    return 0
  fi
  if [ "$pairs" = no ] && [ $# -gt 0 ]; then fail "--no-pair goes without $1."; fi
  check_others
  find_openssl
  work=$(mktemp -d)
  unpacked=
  trap clean EXIT
  trap 'exit 1' HUP INT TERM
  install_release
  start_service
  case ":$PATH:" in
    *":$bin:"*) ;;
    *) echo "$bin isn't in PATH yet: sign in again, or add it." ;;
  esac
  if [ "$pairs" = yes ]; then pair "$@"; fi
}

if :; then
  main "$@"
fi
`.replaceAll('\\${', '${');
}
