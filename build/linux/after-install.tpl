#!/bin/sh
# After deb and rpm have put the application into its folder. electron-builder fills in the names.
folder='/opt/${sanitizedProductName}'

# What a terminal and a menu start: links, so that an update of the folder is enough. What somebody else has put there stays.
link() {
  if [ -e "$2" ] || [ -L "$2" ]; then
    case "$(readlink "$2" 2>/dev/null)" in
      "$folder"/*) ;;
      *)
        echo "$2 is not of ClawReach and stays as it is; ClawReach is at $1" >&2
        return 0
        ;;
    esac
  fi
  ln -sfn "$1" "$2"
}
link "$folder/resources/command/clawreach" /usr/bin/clawreach
link "$folder/resources/command/clawreach" /usr/bin/clawreach-relay
link "$folder/${executable}" '/usr/bin/${executable}'

# Chromium's sandbox uses the namespaces of users; where the kernel gives it none, a helper with rights of its own.
if [ -L /proc/self/ns/user ] && unshare --user true 2>/dev/null; then
  chmod 0755 "$folder/chrome-sandbox" || true
else
  chmod 4755 "$folder/chrome-sandbox" || true
fi

# Ubuntu gives namespaces to programs that have a profile; older versions cannot read this one and need none.
profile="$folder/resources/apparmor-profile"
own='/etc/apparmor.d/${executable}'
if [ -L "$own" ] || { [ -e "$own" ] && ! grep -qsF "$folder/" "$own"; }; then
  echo "$own is not of ClawReach and stays as it is" >&2
elif [ -f "$profile" ] && command -v apparmor_status >/dev/null 2>&1 && apparmor_status --enabled >/dev/null 2>&1; then
  if apparmor_parser --skip-kernel-load --debug "$profile" >/dev/null 2>&1; then
    cp -f "$profile" "$own"
    if ! { command -v ischroot >/dev/null 2>&1 && ischroot; }; then
      apparmor_parser --replace --write-cache --skip-read-cache "$own" || true
    fi
  fi
fi

if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database -q /usr/share/applications || true; fi
if command -v update-mime-database >/dev/null 2>&1; then update-mime-database /usr/share/mime || true; fi
exit 0
