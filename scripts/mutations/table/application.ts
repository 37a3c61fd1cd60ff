import type { Guard } from '../guard.ts';

/** Guards of the window of the application, updates and installation. */
export const APPLICATION: readonly Guard[] = [
  {
    properties: ['S-APP-1'],
    file: 'src-main/desktop/window/web-preferences.ts',
    guard: 'sandbox: true,',
    without: 'sandbox: false,',
    tests: [
      [
        'unit/desktop/window/web-preferences.test.ts',
        'has no Node, an isolated preload script, a sandbox, and no developer tools when it is packaged',
      ],
    ],
  },
  {
    properties: ['S-APP-2'],
    file: 'src-main/desktop/window/requests.ts',
    guard: "return url.startsWith(`${APP_ORIGIN}/`) || (developer && url.startsWith('devtools://'));",
    without: 'return true;',
    tests: [['unit/desktop/window/guards.test.ts', 'are those for our own files']],
  },
  {
    properties: ['S-APP-2'],
    file: 'src-main/desktop/window/requests.ts',
    guard: "return permission === 'clipboard-sanitized-write' && isOwnOrigin(origin);",
    without: 'return true;',
    tests: [
      [
        'unit/desktop/window/guards.test.ts',
        'grants the writing of plain text to the clipboard, asked and unasked, and nothing else',
      ],
    ],
  },
  {
    properties: ['S-APP-1'],
    file: 'src-main/desktop/window/connector.ts',
    guard: 'return frame === contents.mainFrame && frame.parent === null && frame.url.startsWith(`${APP_ORIGIN}/`);',
    without: 'return true;',
    tests: [['unit/desktop/window/connection.test.ts', 'is refused to %s']],
  },
  {
    properties: ['S-NAME-5'],
    file: 'src-shared/redact.ts',
    guard: "if (typeof value === 'string') return cleanText(value.length",
    without: "if (typeof value === 'string') return (value.length",
    tests: [['unit/node/logging/logger.test.ts', 'what drives a terminal, and JSON leaves as it is, is not written']],
  },
  {
    properties: ['S-APP-4'],
    file: 'src-main/desktop/window/text-saver.ts',
    guard: 'if (this.#asking) return false;',
    without: '',
    tests: [['unit/desktop/window/text-saver.test.ts', 'is asked about once at a time, whatever the page does']],
  },
  {
    properties: ['S-APP-5'],
    file: 'src-main/desktop/links/pairing-link.ts',
    guard: 'isPairingLink(link) ? link.trim() : null',
    without: 'link.trim()',
    tests: [['unit/desktop/links/links.test.ts', 'that is broken opens the empty dialog, and carries nothing into it']],
  },
  {
    properties: ['S-APP-1'],
    file: 'src-main/desktop/window/web-preferences.ts',
    guard: 'contextIsolation: true,',
    without: 'contextIsolation: false,',
    tests: [
      [
        'unit/desktop/window/web-preferences.test.ts',
        'has no Node, an isolated preload script, a sandbox, and no developer tools when it is packaged',
      ],
    ],
  },
  {
    properties: ['S-APP-2'],
    file: 'src-main/desktop/window/guard-contents.ts',
    guard: "return { action: 'deny' };",
    without: "return { action: 'allow' };",
    tests: [['unit/desktop/window/guards.test.ts', 'opens no second window']],
  },
  {
    properties: ['S-APP-6'],
    file: 'src-node/logging/watch-unexpected.ts',
    guard: 'logger.error(message, { error: name, errorCode: code, stack });',
    without: 'logger.error(message, { error, errorCode: code, stack });',
    tests: [['integration/agent/fault.test.ts', '%s: is logged without its message, saves, and ends it with 70']],
  },
  {
    properties: ['S-APP-5'],
    file: 'src-main/desktop/links/link-opener.ts',
    guard: 'if (this.#opened.length >= LINK_PACE.links)',
    without: 'if ((this.#opened.length >= LINK_PACE.links) && false)',
    tests: [
      [
        'unit/desktop/links/link-opener.test.ts',
        'a page that asks for link after link gets a few opened, and more when time has passed',
      ],
    ],
  },
  {
    properties: ['S-APP-5'],
    file: 'src-main/desktop/links/external-link.ts',
    guard: "if (url.hostname === '' || url.username !== '' || url.password !== '')",
    without: "if ((url.hostname === '' || url.username !== '' || url.password !== '') && false)",
    tests: [['unit/desktop/links/links.test.ts', '%j is not opened']],
  },
  {
    properties: ['S-UPD-4'],
    file: 'src-node/releases/source.ts',
    guard: "if (protocol !== 'https:' && !(protocol === 'http:' && hostname === '127.0.0.1'))",
    without: "if ((protocol !== 'https:' && !(protocol === 'http:' && hostname === '127.0.0.1')) && false)",
    tests: [
      ['unit/desktop/updates/facts.test.ts', 'cannot be a server without TLS, a key of another kind, or a third key'],
    ],
  },
  {
    properties: ['S-APP-2'],
    file: 'src-main/desktop/window/app-protocol.ts',
    guard: 'if (path === undefined || type === undefined)',
    without: 'if ((path === undefined || type === undefined) && false)',
    tests: [['unit/desktop/window/app-protocol.test.ts', '%s is not there']],
  },
  {
    properties: ['S-APP-3'],
    file: 'src-main/desktop/window/paste-by-right-click.ts',
    guard: "if (!isEditable || formControlType !== 'text-area' || menuSourceType !== 'mouse')",
    without: "if ((!isEditable || formControlType !== 'text-area' || menuSourceType !== 'mouse') && false)",
    tests: [
      [
        'unit/desktop/window/paste-by-right-click.test.ts',
        'the right button pastes in a terminal where the person wants that, and nowhere else',
      ],
    ],
  },
  {
    properties: ['S-UPD-4'],
    file: 'src-node/releases/source.ts',
    guard: "if (protocol !== 'https:' && !(protocol === 'http:' && hostname === '127.0.0.1')) {",
    without: 'if (false) {',
    tests: [
      ['unit/desktop/updates/facts.test.ts', 'cannot be a server without TLS, a key of another kind, or a third key'],
    ],
  },
  {
    properties: ['S-UPD-3'],
    file: 'src-main/desktop/updates/verify-download.ts',
    guard: 'if (status.uid !== process.getuid?.()) throw',
    without: 'if (false) throw',
    tests: [
      [
        'unit/desktop/updates/verify-download.test.ts',
        'is not run from a folder that belongs to another user, who could exchange it',
      ],
    ],
  },
  {
    properties: ['S-APP-5'],
    file: 'src-main/desktop/links/link-opener.ts',
    guard: 'if (this.#opened.length >= LINK_PACE.links) {',
    without: 'if (false) {',
    tests: [
      [
        'unit/desktop/links/link-opener.test.ts',
        'a page that asks for link after link gets a few opened, and more when time has passed',
      ],
    ],
  },
  {
    properties: ['S-APP-3'],
    file: 'src-main/desktop/window/paste-by-right-click.ts',
    guard: "if (wanted() !== 'menu') contents.paste();",
    without: 'contents.paste();',
    tests: [
      [
        'unit/desktop/window/paste-by-right-click.test.ts',
        'the right button pastes in a terminal where the person wants that, and nowhere else',
      ],
    ],
  },
  {
    properties: ['S-APP-5'],
    file: 'src-main/desktop/links/external-link.ts',
    guard: "if (url.hostname === '' || url.username !== '' || url.password !== '') throw refused();",
    without: '',
    tests: [['unit/desktop/links/links.test.ts', '%j is not opened']],
  },
  {
    properties: ['S-APP-7'],
    file: 'src-node/service/run-tool.ts',
    guard: "const path = platform === 'win32' ? WINDOWS_TOOLS[program] : undefined;",
    without: 'const path: string | undefined = undefined;',
    tests: [
      [
        'unit/node/service/files.test.ts',
        'is named by its place on Windows, which would look into the current folder first',
      ],
    ],
  },
  {
    properties: ['S-APP-7'],
    file: 'src-main/desktop/app-image.ts',
    guard: "path.startsWith(`${folder.replace(/\\/+$/, '')}/`)",
    without: "folder !== ''",
    tests: [
      [
        'unit/desktop/updates/facts.test.ts',
        'is never by itself over the file of another AppImage, from whose terminal it was started',
      ],
    ],
  },
  {
    properties: ['S-UPD-4'],
    file: 'src-main/desktop/updates/electron-engine.ts',
    guard: 'this.#last.then(() => this.#download(release, onProgress, signal))',
    without: 'this.#download(release, onProgress, signal)',
    tests: [
      [
        'unit/desktop/updates/electron-engine.test.ts',
        'that begins while another is being given up is one of its own, with bounds of its own',
      ],
    ],
  },
  {
    properties: ['S-UPD-4'],
    file: 'src-main/desktop/updates/updates.ts',
    guard: 'const counts = (): boolean => this.#look?.stop === stop;',
    without: 'const counts = (): boolean => true;',
    tests: [
      [
        'unit/desktop/updates/updates.test.ts',
        'is a run of its own for each who asks after one was given up, whatever that one still says',
      ],
    ],
  },
  {
    properties: ['S-UPD-3'],
    file: 'src-main/desktop/updates/electron-engine.ts',
    guard: '      await verifyDownload(path, file);\n',
    without: '',
    tests: [
      ['unit/desktop/updates/electron-engine.test.ts', 'is not started when the file was exchanged after its download'],
    ],
  },
  {
    properties: ['S-UPD-1'],
    file: 'src-node/releases/feed.ts',
    guard: '    checkSignature(bytes, new TextDecoder().decode(signatures), keys);\n',
    without: '    void signatures;\n',
    tests: [
      [
        'integration/desktop/update-checks.test.ts',
        'is refused with the signature of another key, also under the name of a known one',
        'is refused when a single bit of what was signed is another',
      ],
    ],
  },
  {
    properties: ['S-UPD-1'],
    file: 'src-node/releases/signature.ts',
    guard:
      "if (lines.length === 0) throw new UpdateError('update.unsigned', 'there is no signature in the signature file');",
    without: 'if (lines.length === 0) return;',
    tests: [['integration/desktop/update-checks.test.ts', 'is refused without a signature']],
  },
  {
    properties: ['S-UPD-1'],
    file: 'src-node/releases/signature.ts',
    guard: "key !== undefined && verify(null, bytes, publicKey(key), Buffer.from(signature, 'base64'))",
    without: 'key !== undefined',
    tests: [
      [
        'integration/desktop/update-checks.test.ts',
        'is refused with the signature of another key, also under the name of a known one',
        'is refused when a single bit of what was signed is another',
      ],
    ],
  },
  {
    properties: ['S-UPD-2'],
    file: 'src-main/desktop/updates/offer.ts',
    guard: 'return isNewer(version, installed);',
    without: 'return true;',
    tests: [['integration/desktop/update-checks.test.ts', 'is never offered when it is %s and 1.0.0 is installed']],
  },
  {
    properties: ['S-UPD-2'],
    file: 'src-main/desktop/updates/offer.ts',
    guard: 'if (clawreach.system !== system) {',
    without: 'if (false) {',
    tests: [
      [
        'integration/desktop/update-checks.test.ts',
        'cannot pass what was signed for another channel or system off as this one',
      ],
    ],
  },
  {
    properties: ['S-UPD-2'],
    file: 'src-main/desktop/updates/offer.ts',
    guard: 'if (clawreach.signed < (seen[channel] ?? 0)) {',
    without: 'if (false) {',
    tests: [
      [
        'integration/desktop/update-checks.test.ts',
        'cannot show what has expired, nor hide what came later behind what it has kept',
      ],
    ],
  },
  {
    properties: ['S-UPD-5'],
    file: 'src-main/desktop/command/as-administrator.ts',
    guard: 'words.map(shellQuoted)',
    without: 'words',
    tests: [
      [
        'integration/desktop/command.test.ts',
        'is a link that macOS asks a password for, and no word of a path is one for a shell',
      ],
    ],
  },
  {
    properties: ['S-UPD-5'],
    file: 'src-main/desktop/command/files.ts',
    guard: 'if (before === undefined ? await exists(path) : !isOurs(before)) {',
    without: 'if (false) {',
    tests: [['integration/desktop/command.test.ts', 'never takes the place of another program']],
  },
  {
    properties: ['S-APP-7'],
    file: 'electron-builder.yml',
    guard: '  runAsNode: false\n',
    without: '  runAsNode: true\n',
    tests: [['unit/packaging/configuration.test.ts', 'sets every fuse that electron-builder knows']],
  },
  {
    properties: ['S-UPD-5'],
    file: 'build/linux/after-install.tpl',
    guard: 'if [ -e "$2" ] || [ -L "$2" ]; then',
    without: 'if false; then',
    tests: [
      [
        'integration/packaging/package-scripts.test.ts',
        'never take the place of a program, a link or a profile of somebody else, and take none of them away',
      ],
    ],
  },
  {
    properties: ['S-UPD-5'],
    file: 'build/linux/after-install.tpl',
    guard: 'if [ -L "$own" ] || { [ -e "$own" ] && ! grep -qsF "$folder/" "$own"; }; then',
    without: 'if false; then',
    tests: [
      [
        'integration/packaging/package-scripts.test.ts',
        'never take the place of a program, a link or a profile of somebody else, and take none of them away',
      ],
    ],
  },
];
