import type { Guard } from '../guard.ts';

const TASKS = 'integration/ssh/relay-server.test.ts';
const TEXTS = 'unit/agent/relay-server/hostile.test.ts';

/** Guards of relays that are set up on servers. */
export const RELAY_SERVERS: readonly Guard[] = [
  {
    properties: ['S-DEPLOY-1'],
    file: 'src-main/agent/relay-server/sign-in.ts',
    guard: 'if (tries === 0 && (parts.trust !== undefined || !parts.hostKeys.isKnown(id)))',
    without: 'if (tries < 0)',
    tests: [[TASKS, 'asks for no password before its key is trusted']],
  },
  {
    properties: ['S-DEPLOY-1'],
    file: 'src-main/agent/relay-server/sign-in.ts',
    guard: `if (error instanceof UntrustedHostKey && code === 'ssh.host-key-unknown') {`,
    without: 'if (error instanceof UntrustedHostKey) {',
    tests: [[TASKS, 'stops at a changed key, whatever is answered']],
  },
  {
    properties: ['S-DEPLOY-2'],
    file: 'src-main/agent/relay-server/scripts.ts',
    guard: `cut -d ' ' -f 1)" = "$2" ] || exit 91`,
    without: `cut -d ' ' -f 1)" = "$2" ] || true`,
    tests: [[TASKS, 'rejects other bytes']],
  },
  {
    properties: ['S-DEPLOY-2'],
    file: 'src-main/agent/relay-server/scripts.ts',
    guard: `echo "\${BASE} is not root's folder" >&2; exit 90; fi`,
    without: 'true; fi',
    tests: [[TASKS, 'rejects a folder that is a link, or of another user']],
  },
  {
    properties: ['S-DEPLOY-3'],
    file: 'src-main/agent/relay-server/survey.ts',
    guard:
      "if (match === null) throw new RelayServerError('relay-server.answers', 'the answer of a command cannot be read');",
    without: 'if (match === null) continue;',
    tests: [[TEXTS, 'stop the set-up if they have %s']],
  },
  {
    properties: ['S-DEPLOY-3'],
    file: 'src-main/agent/relay-server/survey.ts',
    guard: 'name: versionName,',
    without: 'name: z.string(),',
    tests: [[TEXTS, 'have no record that could name another path, rule or port: %j']],
  },
  {
    properties: ['S-DEPLOY-4'],
    file: 'src-main/agent/relay-server/ssh-config.ts',
    guard: "else if (key === 'match') applies = false;",
    without: '',
    tests: [[TEXTS, 'starts no program: Match is left out, ProxyCommand is named']],
  },
  {
    properties: ['S-DEPLOY-4'],
    file: 'src-shared/app-api/schemas/relay-server-schema.ts',
    guard: String.raw`z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/);`,
    without: 'z.string();',
    tests: [[TEXTS, 'is rejected with options or control characters: %j']],
  },
  {
    properties: ['S-DEPLOY-5'],
    file: 'src-main/agent/relay-server/remote-shell.ts',
    guard: "`sudo -k -S -p '' -- ${command}`, `${password}\\n`",
    without: "`echo ${password} | sudo -k -S -p '' -- ${command}`, ''",
    tests: [[TASKS, 'gives the password of sudo to its standard input only']],
  },
  {
    properties: ['S-DEPLOY-5'],
    file: 'src-main/agent/relay-server/unit.ts',
    guard: 'StandardOutput=null\n',
    without: '',
    tests: [[TEXTS, 'has no rights, sees no home and prints no token into the journal']],
  },
  {
    properties: ['S-DEPLOY-6'],
    file: 'src-main/agent/relay-server/task.ts',
    guard: '      await this.#undoAll();\n',
    without: '',
    tests: [
      [
        TASKS,
        'that fails undoes its steps, the last one first',
        'that is cancelled while it installs undoes what it did',
      ],
    ],
  },
];
