import { createHash } from 'node:crypto';
import { shellQuoted } from '#shared/shell-quoting.ts';

/** Server and keys of releases that a script trusts. */
export type ScriptSource = Readonly<{
  /** URL of the folder with the metadata of the stable channel, without a slash at its end. */
  feed: string;
  /** Raw Ed25519 public keys, base64. */
  keys: readonly string[];
}>;

/** Key of releases as scripts have it: its ID in signature files, and the base64 line of its PEM. */
export type ScriptKey = Readonly<{ id: string; line: string }>;

/** DER of an Ed25519 public key before its 32 bytes (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Returns the keys of a source in the form of scripts. Pure. */
export function scriptKeys({ keys }: ScriptSource): readonly ScriptKey[] {
  return keys.map((key) => {
    const raw = Buffer.from(key, 'base64');
    return {
      id: createHash('sha256').update(raw).digest('hex').slice(0, 16),
      line: Buffer.concat([SPKI_HEAD, raw]).toString('base64'),
    };
  });
}

/**
 * Returns functions of a POSIX shell that read the newest stable release and download a file of it. `read_release` checks signature, channel, system and
 * end of the metadata before anything in them is used; `fetch_package` checks size and SHA-512. Both end the script with an error if a check fails
 * or can't be made. The script defines `work`, a folder of its own that only its user may enter. Pure.
 */
export function releaseFunctions(source: ScriptSource): string {
  const keys = scriptKeys(source)
    .map(({ id, line }) => `  check_with ${shellQuoted(id)} ${shellQuoted(line)} && return 0`)
    .join('\n');
  return String.raw`feed=${shellQuoted(source.feed)}

fail() {
  printf 'clawreach: %s\n' "$1" >&2
  exit 1
}

# Downloads $1 to the file $2 within $3 seconds. Follows redirections to https only.
download() {
  case "$1" in
    https://*) protocols='=https' ;;
    http://127.0.0.1:*) protocols='=http,https' ;;
    *) fail "$1 is not an https address" ;;
  esac
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --proto "$protocols" --max-time "$3" --output "$2" -- "$1" ||
      fail "Can't download $1"
  elif command -v wget >/dev/null 2>&1; then
    wget -q -T 30 -O "$2" "$1" || fail "Can't download $1"
  else
    fail 'Install curl or wget, then try again.'
  fi
}

# Finds an OpenSSL that verifies Ed25519; LibreSSL and OpenSSL before 3.0 don't.
find_openssl() {
  for openssl in openssl /opt/homebrew/opt/openssl/bin/openssl /usr/local/opt/openssl/bin/openssl; do
    case "$("$openssl" version 2>/dev/null)" in
      'OpenSSL '[3-9].*) return 0 ;;
    esac
  done
  fail "Can't check the signature of the release: install OpenSSL 3, then try again. Nothing was installed."
}

# Checks the signature of the key with the ID $1 and the line $2 in its PEM.
check_with() {
  signature=$(sed -n "s|^ed25519 $1 \([A-Za-z0-9+/]*==\)\$|\1|p" "$work/metadata.sig" | head -n 1)
  [ -n "$signature" ] || return 1
  printf '%s\n' '-----BEGIN PUBLIC KEY-----' "$2" '-----END PUBLIC KEY-----' >"$work/key.pem"
  printf '%s' "$signature" | "$openssl" base64 -d -A >"$work/signature"
  "$openssl" pkeyutl -verify -pubin -inkey "$work/key.pem" -rawin -in "$work/metadata" -sigfile "$work/signature" \
    >/dev/null 2>&1
}

check_signature() {
${keys}
  return 1
}

# Prints the value of the field $1 in the section $2 of the metadata, without quotes.
field() {
  awk -v name="$1:" -v section="$2:" -v quotes="['\"]" '
    /^[^ ]/ { here = $1 }
    here == section && /^  / && $1 == name { gsub(quotes, "", $2); print $2; exit }
  ' "$work/metadata"
}

# Prints address, SHA-512 and size of the first file whose address ends with $1.
file_ending() {
  awk -v ending="$1" -v quotes="['\"]" '
    /^[^ ]/ { here = $1 }
    here != "files:" { next }
    /^  - url:/ { gsub(quotes, "", $3); url = $3; hash = "" }
    /^    sha512:/ { gsub(quotes, "", $2); hash = $2; if (hash == ">-") { getline; hash = $1 } }
    /^    size:/ && length(url) >= length(ending) && substr(url, length(url) - length(ending) + 1) == ending && !done {
      print url, hash, $2
      done = 1
    }
  ' "$work/metadata"
}

# Sets system and architecture, as the metadata name them, and the name of their file.
find_system() {
  case "$(uname -m)" in
    x86_64 | amd64) arch=x64 ;;
    arm64 | aarch64) arch=arm64 ;;
    *) fail "There is no package for $(uname -m). Nothing was installed." ;;
  esac
  case "$(uname -s)" in
    Linux)
      system=linux-$arch
      name=latest-linux.yml
      [ "$arch" = x64 ] || name=latest-linux-$arch.yml
      ;;
    Darwin)
      system=darwin
      name=latest-mac.yml
      ;;
    *) fail "There is no package for $(uname -s). Nothing was installed." ;;
  esac
}

# Downloads the metadata of the newest release. Their signature is checked before they are read.
read_release() {
  download "$feed/$name" "$work/metadata" 60
  download "$feed/$name.sig" "$work/metadata.sig" 60
  check_signature || fail 'The release has no signature by a known key. Nothing was installed.'
  [ "$(field channel clawreach)" = stable ] || fail 'The release is not a stable one. Nothing was installed.'
  [ "$(field system clawreach)" = "$system" ] || fail 'The release is for another system. Nothing was installed.'
  expires=$(field expires clawreach | cut -c 1-19)
  now=$(date -u +%Y-%m-%dT%H:%M:%S)
  [ "$(printf '%s\n%s\n' "$now" "$expires" | LC_ALL=C sort | head -n 1)" = "$now" ] ||
    fail 'The signature of the release has expired. Nothing was installed.'
}

# Downloads the file whose address, SHA-512 and size are $1, $2 and $3, to the file $4.
fetch_package() {
  download "$1" "$4" 3600
  if [ "$(wc -c <"$4" | tr -d ' ')" != "$3" ] ||
    [ "$("$openssl" dgst -sha512 -binary "$4" | "$openssl" base64 -A)" != "$2" ]; then
    fail 'The package is not the one that was signed. Nothing was installed.'
  fi
}
`;
}
