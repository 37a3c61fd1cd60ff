import type { Guard } from '../guard.ts';

const SERVING = 'integration/relay/page/serving.test.ts';
const CHECK = 'integration/agent/relay-page.test.ts';
const INSTALLED = 'integration/relay/page/installed.test.ts';
const CHROMIUM = 'integration/relay/page/chromium.test.ts';

/** Guards of the page that a relay serves. */
export const RELAY_PAGE: readonly Guard[] = [
  {
    properties: ['S-PAGE-1'],
    file: 'src-relay/site/page-files.ts',
    guard: 'content.length === size && createHash(',
    without: "sha256 !== '' || createHash(",
    tests: [
      [
        SERVING,
        'a page with one changed byte is refused, and the relay runs without it',
        'files that are missing, too long or of another version are refused, too',
      ],
    ],
  },
  {
    properties: ['S-PAGE-2'],
    file: 'src-node/releases/page-signature.ts',
    guard: "  checkSignature(pageSignatureBytes(manifest), signatures ?? '', keys);\n",
    without: '',
    tests: [[SERVING, 'a build that knows keys serves no page without the signature of one of them']],
  },
  {
    properties: ['S-PAGE-3'],
    file: 'src-relay/relay.ts',
    guard: '{ headers: RELAY_HEADERS }',
    without: '{ headers: {} }',
    tests: [[SERVING, 'every answer has its policy and lets no other origin use it']],
  },
  {
    properties: ['S-PAGE-4'],
    file: 'src-relay/site/page-files.ts',
    guard: 'for (const file of manifest.files) files.set(',
    without:
      "files.set('/secret.txt', await loadFile(source.folder, { path: '/secret.txt', sha256: 'K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=', size: 6 }));\n  for (const file of manifest.files) files.set(",
    tests: [[SERVING, 'only names of the manifest are served, however a path is spelled']],
  },
  {
    properties: ['S-PAGE-5'],
    file: 'src-relay/site/page-feature.ts',
    guard: 'if (!serving.isOwnHost(host)) return foreignHost();',
    without: '',
    tests: [[SERVING, 'a name that is not the relay’s gets no page; one of its own by https is kept to https']],
  },
  {
    properties: ['S-PAGE-6'],
    file: 'src-browser/workers/open-checked-worker.ts',
    guard: 'await fetch(href, { integrity, ',
    without: 'await fetch(href, { ',
    tests: [[CHROMIUM, 'runs no script or style whose bytes were changed, not even in a later chunk or a worker']],
  },
  {
    properties: ['S-PAGE-6'],
    file: 'src-shared/relay-page/headers.ts',
    guard: "'Integrity-Policy': 'blocked-destinations=(script)',",
    without: '',
    tests: [[CHROMIUM, 'loads no script without a hash where the browser can refuse that']],
  },
  {
    properties: ['S-PAGE-7'],
    file: 'src-shared/relay-page/headers.ts',
    guard: `"require-trusted-types-for 'script'",`,
    without: '',
    tests: [[CHROMIUM, 'calls no other origin, makes no frame, evaluates no text, and turns no text into HTML']],
  },
  {
    properties: ['S-PAGE-7'],
    file: 'src-shared/relay-page/headers.ts',
    guard: `"frame-ancestors 'none'",`,
    without: '',
    tests: [[CHROMIUM, 'is shown in no frame of another site']],
  },
  {
    properties: ['S-PAGE-7'],
    file: 'src-shared/relay-page/headers.ts',
    guard: "'sha256-${hash}'`)].join(' '),",
    without: "'sha256-${hash}'`), \"'unsafe-inline' 'unsafe-eval'\"].join(' ').replace(/ 'sha256-[^']*'/g, ''),",
    tests: [[CHROMIUM, 'runs nothing inline and nothing of another origin']],
  },
  {
    properties: ['S-PAGE-8'],
    file: 'src-main/agent/relay-page/compare-page.ts',
    guard: "if (createHash('sha256').update(body).digest('base64') !== file.sha256) return 'changed';",
    without: '',
    tests: [[CHECK, 'finds one changed byte of %s']],
  },
  {
    properties: ['S-PAGE-8'],
    file: 'src-main/agent/relay-page/compare-page.ts',
    guard: "const ENCODINGS: readonly FileEncoding[] = ['identity', 'gzip', 'br'];",
    without: "const ENCODINGS: readonly FileEncoding[] = ['identity'];",
    tests: [[CHECK, 'finds a file that is changed only where it comes as %s, as browsers get it']],
  },
  {
    properties: ['S-PAGE-8'],
    file: 'src-main/agent/relay-page/compare-page.ts',
    guard: 'headers[name.toLowerCase()] === value',
    without: "value !== ''",
    tests: [[CHECK, 'finds a changed manifest, signature or policy, and files that are left out']],
  },
  {
    properties: ['S-PAGE-8'],
    file: 'src-main/agent/relay-page/compare-page.ts',
    guard: '...ADDRESSES.map((path) => [path, index] as const),',
    without: "['/', index],",
    tests: [[CHECK, 'finds one changed byte of %s']],
  },
  {
    properties: ['S-PAGE-8'],
    file: 'src-main/agent/relay-page/compare-page.ts',
    guard: 'version === known.version && known.manifest !== undefined && !isOwn)',
    without: "version === '')",
    tests: [
      [CHECK, 'finds a page of its own version that was signed for another build, and takes one of another version'],
    ],
  },
  {
    properties: ['S-PAGE-9'],
    file: 'src-browser/service-worker/page-files.ts',
    guard: 'if (await isSame(loaded.content, file)) return loaded;',
    without: 'if (loaded.content.length > 0) return loaded;',
    tests: [[INSTALLED, 'stores nothing of a page with a changed file']],
  },
  {
    properties: ['S-PAGE-9'],
    file: 'src-browser/service-worker/page-files.ts',
    guard: 'if (await isSame(content, file)) await cache.put(',
    without: 'await cache.put(',
    tests: [[INSTALLED, 'stores no font with changed bytes that is loaded later']],
  },
  {
    properties: ['S-PAGE-9'],
    file: 'src-browser/service-worker/page-files.ts',
    guard: 'includes(`<meta name="${PAGE_ID}" content="${this.#id}">`)',
    without: "includes('<meta')",
    tests: [[INSTALLED, 'stores nothing where the relay has another version than the service worker']],
  },
  {
    properties: ['S-PAGE-9'],
    file: 'src-browser/service-worker/page-files.ts',
    guard: 'if (!inUse.has(',
    without: 'if (name !== (',
    tests: [[INSTALLED, 'offers a new version, goes on with the old one until then, and removes its files after that']],
  },
  {
    properties: ['S-PAGE-9'],
    file: 'src-browser/service-worker/run-service-worker.ts',
    guard: '} else if (pathname.startsWith(PAGE_ASSETS)) event',
    without: '} else event',
    tests: [[INSTALLED, 'stores the files of the manifest, and no answer of the API']],
  },
];
