import type { Guard } from '../guard.ts';

/** Guards of terminals, commands and recordings. */
export const TERMINALS: readonly Guard[] = [
  {
    properties: ['S-TERM-18'],
    file: 'src-main/agent/terminals/terminal-table.ts',
    guard: "(scope === 'all' && this.#areSamePerson(peerId, owner.peerId))",
    without: 'this.#areSamePerson(peerId, owner.peerId)',
    tests: [
      [
        'unit/agent/terminals/terminal-table.test.ts',
        "lists without a question what is the peer's own, left ones too, and never another's",
      ],
    ],
  },
  {
    properties: ['S-TERM-18'],
    file: 'src-main/agent/streams/describe-terminal.ts',
    guard: 'const holder = takeOver ? names.holderToTakeOverFrom(terminal) : undefined;',
    without: 'const holder = undefined as string | undefined;',
    tests: [
      [
        'unit/agent/streams/stream-gate.test.ts',
        'raises a question where another device holds it, and none without the wish to take it over',
      ],
    ],
  },
  {
    properties: ['S-TERM-18'],
    file: 'src-main/agent/streams/describe-terminal.ts',
    guard: 'holder === undefined && !names.isPlainRelay',
    without: 'holder === undefined',
    tests: [
      [
        'unit/agent/streams/stream-gate.test.ts',
        'raises a question each time where a plain relay does it for one of its users',
      ],
    ],
  },
  {
    properties: ['S-ASK-2'],
    file: 'src-main/agent/streams/stream-gate.ts',
    guard: 'isStill: () => isSame(describe(), request),\n        serve,',
    without: 'isStill: () => true,\n        serve,',
    tests: [['unit/agent/streams/stream-gate.test.ts', 'is refused where the link leads elsewhere by then: %s']],
  },
  {
    properties: ['S-ASK-2'],
    file: 'src-main/agent/streams/describe-terminal.ts',
    guard: '(real.folder(directory) ?? (command === undefined ? home : directory))',
    without: 'directory',
    tests: [
      ['unit/agent/streams/stream-gate.test.ts', 'is let into the folder that the person has seen: %s'],
      ['unit/agent/streams/describe-terminal.test.ts', 'shows %s'],
    ],
  },
  {
    properties: ['S-ASK-2'],
    file: 'src-main/agent/terminals/pty-host/pty-request.ts',
    guard: 'return fits(statSync(real)) ? real : undefined;',
    without: 'return fits(statSync(real)) ? path : undefined;',
    tests: [
      [
        'integration/terminals/programs.test.ts',
        'begins in the folder that was asked for; where there is none such a shell begins in the home folder, and a command not at all',
      ],
    ],
  },
  {
    properties: ['S-ASK-2'],
    file: 'src-main/agent/streams/stream-gate.ts',
    guard: "this.#options.policy.decision(peerId, 'terminal') === 'ask' ? this.#options.terminals.real : UNSEEN;",
    without: 'this.#options.terminals.real;',
    tests: [
      ['unit/agent/streams/stream-gate.test.ts', 'has nothing of this machine looked at where nobody is asked: %s'],
    ],
  },
  {
    properties: ['S-TERM-12'],
    file: 'src-main/agent/terminals/viewers/sharing.ts',
    guard: 'if (found === undefined || found.hungUp || !found.audience.isSharedWith(peer.peerId))',
    without: 'if ((found === undefined || found.hungUp || !found.audience.isSharedWith(peer.peerId)) && false)',
    tests: [
      ['unit/agent/terminals/viewers/sharing.test.ts', 'it is listed for those it is shared with, and for nobody else'],
    ],
  },
  {
    properties: ['S-TERM-12'],
    file: 'src-main/agent/terminals/viewers/sharing.ts',
    guard: "if (name === undefined || viewDecision(peerId) === 'deny' || peerId === found.owner.peerId)",
    without: "if ((name === undefined || viewDecision(peerId) === 'deny' || peerId === found.owner.peerId) && false)",
    tests: [
      [
        'unit/agent/terminals/viewers/sharing.test.ts',
        'a terminal is shared by who has it only, and with peers that this device lets look on',
      ],
    ],
  },
  {
    properties: ['S-TERM-1'],
    file: 'src-main/agent/terminals/terminal-table.ts',
    guard: 'return terminal.owner.peerId === peerId || isShared ? terminal : undefined;',
    without: 'return terminal;',
    tests: [['integration/terminals/lives.test.ts', 'does not exist for another peer']],
  },
  {
    properties: ['S-TERM-11'],
    file: 'src-main/agent/terminals/viewers/sharing.ts',
    guard: "if (type === 'resize') continue;",
    without: "if (type === 'resize') throw new Error();",
    tests: [
      [
        'unit/agent/terminals/viewers/sharing.test.ts',
        'the size of a viewer counts for nothing, and the next size of the holder is drawn anew for it',
      ],
    ],
  },
  {
    properties: ['S-TERM-15'],
    file: 'src-shared/recording/asciicast.ts',
    guard: "&& event.code !== 'i'",
    without: '',
    tests: [
      [
        'unit/shared/recording/player.test.ts',
        'a recording without what was typed has all the rest, and does not say that it has it',
      ],
    ],
  },
  {
    properties: ['S-TERM-9'],
    file: 'src-main/agent/terminals/terminal-table.ts',
    guard: 'const isShared = this.#areSamePerson(peerId, terminal?.owner.peerId ?? peerId);',
    without: 'const isShared = true;',
    tests: [['unit/agent/terminals/own-devices.test.ts', 'sees and attaches nothing, as if it did not exist: %s']],
  },
  {
    properties: ['S-TERM-10'],
    file: 'src-main/agent/terminals/service.ts',
    guard: 'if (takesOver && params.takeOver !== true)',
    without: 'if ((takesOver && params.takeOver !== true) && false)',
    tests: [
      [
        'unit/agent/terminals/own-devices.test.ts',
        'takes over only when it says so: what comes back by itself takes nothing away',
      ],
    ],
  },
  {
    properties: ['S-NAME-5'],
    file: 'src-shared/terminal/messages.ts',
    guard: 'if (title !== cleanTitle(title))',
    without: 'if ((title !== cleanTitle(title)) && false)',
    tests: [['unit/shared/terminal/messages.test.ts', 'never carry a control character in a title']],
  },
  {
    properties: ['S-ASK-5'],
    file: 'src-main/desktop/notifications/news-notices.ts',
    guard: "locked() ? { title: text('desktop.news.locked'), body: '' } : notice",
    without: 'notice',
    tests: [
      [
        'unit/desktop/notifications/news-notices.test.ts',
        'is not told of where the person wants no news, nor named on a locked screen',
      ],
    ],
  },
  {
    properties: ['S-TERM-12'],
    file: 'src-main/agent/terminals/viewers/audience.ts',
    guard: 'this.#shares.size >= AUDIENCE_LIMITS.shares',
    without: 'false',
    tests: [
      [
        'unit/agent/terminals/viewers/audience.test.ts',
        'a terminal is shared with eight peers and no more, until one of them is left out',
      ],
    ],
  },
  {
    properties: ['S-TERM-15'],
    file: 'src-shared/recording/asciicast.ts',
    guard: " && event.code !== 'i'",
    without: '',
    tests: [
      [
        'unit/shared/recording/player.test.ts',
        'a recording without what was typed has all the rest, and does not say that it has it',
      ],
    ],
  },
  {
    properties: ['S-TERM-14'],
    file: 'src-main/agent/streams/stream-gate.ts',
    guard: "if (right !== undefined && decision === 'deny') {",
    without: 'if (false) {',
    tests: [
      [
        'unit/agent/streams/stream-gate.test.ts',
        'is told what runs in the terminals before it without a question to anybody, unless it is refused: %s',
      ],
    ],
  },
  {
    properties: ['S-TERM-4'],
    file: 'src-main/agent/terminals/exec/service.ts',
    guard: 'this.#wait(exec.gone);',
    without: '',
    tests: [['integration/terminals/exec.test.ts', 'is waited for when the agent ends just after its caller has gone']],
  },
  {
    properties: ['S-TERM-4'],
    file: 'src-main/agent/terminals/exec/service.ts',
    guard: 'this.#wait(starting);',
    without: '',
    tests: [['integration/terminals/exec.test.ts', 'is waited for when the agent ends while it is being started']],
  },
  {
    properties: ['S-TERM-4'],
    file: 'src-main/agent/terminals/exec/service.ts',
    guard: 'discard(process);\n      void recorder?.stop();',
    without: 'void recorder?.stop();',
    tests: [
      ['integration/terminals/exec.test.ts', 'is killed, with its pipes closed, where it cannot be served: %s fails'],
    ],
  },
  {
    properties: ['S-TERM-2'],
    file: 'src-main/agent/terminals/exec/service.ts',
    guard: 'const groups = this.#leftBehind.revoke(peerId);',
    without: 'const groups = 0;',
    tests: [
      [
        'integration/terminals/exec.test.ts',
        'lets them go on for its caller, and ends them when its right is taken back, whatever they do',
      ],
    ],
  },
  {
    properties: ['S-TERM-2'],
    file: 'src-main/agent/terminals/exec/service.ts',
    guard: 'if (!this.#leftBehind.hasRoomFor(peer.peerId)) {',
    without: 'if (!this.#leftBehind.hasRoomFor(peer.peerId) && false) {',
    tests: [
      [
        'integration/terminals/exec.test.ts',
        'is not started where many were left; none is forgotten for another one, and none that has ended counts',
      ],
    ],
  },
  {
    properties: ['S-TERM-5'],
    file: 'src-main/agent/terminals/exec/process-group.ts',
    guard: 'this.#isOver = isProcess(this.#number) || !kill(-this.#number, 0);',
    without: 'this.#isOver = !kill(-this.#number, 0);',
    tests: [
      [
        'integration/terminals/process-group.test.ts',
        'is another one where a process has its number, although its leader was waited for: nothing is signalled',
      ],
    ],
  },
  {
    properties: ['S-TERM-5'],
    file: 'src-main/agent/terminals/exec/process-group.ts',
    guard: 'if (this.#isOver || this.#hasLeader) return !this.#isOver;',
    without: 'if (this.#hasLeader) return true;',
    tests: [
      [
        'integration/terminals/process-group.test.ts',
        'that was seen empty once is never signalled again, whoever has its number later',
      ],
    ],
  },
  {
    properties: ['S-TERM-5'],
    file: 'src-main/agent/terminals/exec/process-group.ts',
    guard: 'if (members?.some(({ session }) => session !== this.#number) === true) this.#isOver = true;',
    without: '',
    tests: [['integration/terminals/process-group.test.ts', 'is another one where its members are of another session']],
  },
  {
    properties: ['S-TERM-17'],
    file: 'src-renderer/features/terminals/broadcast-input/broadcast-input.ts',
    guard: 'return data === key || !(data.includes(ESCAPE) || BEGINS_ANSWERS.test(data));',
    without: 'return true;',
    tests: [['unit/renderer/terminals/broadcast-input.test.ts', 'is never what a terminal says to its program: %s']],
  },
  {
    properties: ['S-TERM-17'],
    file: 'src-renderer/features/terminals/broadcast-input/broadcast-input.ts',
    guard: 'pane !== from && takes(pane)',
    without: 'pane !== from',
    tests: [['unit/renderer/terminals/broadcast-input.test.ts', 'leaves out who takes nothing now']],
  },
  {
    properties: ['S-TERM-2'],
    file: 'src-main/agent/terminals/service.ts',
    guard: 'held.flatMap(({ pid }) => pid ?? []),',
    without: '[],',
    tests: [
      [
        'integration/terminals/lives.test.ts',
        'end with the right all the same, in front and in the background, those of that peer only',
      ],
    ],
  },
  {
    properties: ['S-TERM-2'],
    file: 'src-main/agent/terminals/service.ts',
    guard: 'this.#options.sessions?.ended(owner.peerId, pid, end.code === null);',
    without: '{}',
    tests: [
      ['integration/terminals/lives.test.ts', 'go on when the terminal is %s, as with ssh, and end with the right'],
    ],
  },
  {
    properties: ['S-TERM-2'],
    file: 'src-main/agent/terminals/service.ts',
    guard: 'await this.#options.sessions?.close();',
    without: '',
    tests: [
      ['integration/terminals/lives.test.ts', 'are waited for when the agent ends just after the right was taken back'],
    ],
  },
  {
    properties: ['S-TERM-3'],
    file: 'src-main/agent/terminals/service.ts',
    guard: 'if (holder === undefined) this.#abandon(terminal, pty, link);',
    without: '',
    tests: [['unit/agent/terminals/service.test.ts', 'hangs up a terminal that cannot be served: %s fails']],
  },
  {
    properties: ['S-RIGHT-1', 'S-TERM-4'],
    file: 'src-main/agent/streams/stream-gate.ts',
    guard: "this.#rights.refusal(answer, asked) ?? (answer === 'approved' && !wanted.isStill() ? CHANGED : undefined);",
    without: 'undefined;',
    tests: [
      [
        'integration/hostile-relay/rights.test.ts',
        'is refused without the right, whatever it asks for',
        'runs no command without the right, and has no pipe of another peer’s',
      ],
    ],
  },
  {
    properties: ['S-TERM-3'],
    file: 'src-main/agent/terminals/pty-host/inherited-descriptors.ts',
    guard: "if (process.platform !== 'linux') return { file, args };",
    without: 'return { file, args };',
    tests: [['integration/terminals/programs.test.ts', 'inherits no descriptor of another terminal']],
  },
  {
    properties: ['S-TERM-3'],
    file: 'src-main/agent/terminals/process/environment.ts',
    guard: 'if (STRIPPED_NAMES.has(name) || STRIPPED_PREFIXES.some((prefix) => name.startsWith(prefix))) continue;',
    without: '',
    tests: [
      [
        'integration/terminals/programs.test.ts',
        "runs with the viewer's TERM, in the home folder, without what is ours",
      ],
    ],
  },
  {
    properties: ['S-TERM-4'],
    file: 'src-main/agent/terminals/exec/service.ts',
    guard: 'exec.owner.peerId !== peerId || ',
    without: '',
    tests: [['integration/terminals/exec.test.ts', 'has each pipe once, and none of another peer’s']],
  },
  {
    properties: ['S-TERM-4'],
    file: 'src-main/agent/terminals/exec/service.ts',
    guard: "if (exec.owner.peerId === peerId) exec.end('terminal.revoked');",
    without: ';',
    tests: [['integration/terminals/exec.test.ts', 'is killed with all of its group when %s, whatever it does']],
  },
  {
    properties: ['S-TERM-6'],
    file: 'src-main/agent/terminals/exec/pipes.ts',
    guard: '  } catch {\n    return false;\n  }\n  stdin.off',
    without: '  } catch {}\n  stdin.off',
    tests: [['integration/terminals/exec.test.ts', 'does not take for the end of its input that its caller was lost']],
  },
  {
    properties: ['S-TERM-7'],
    file: 'src-main/agent/terminals/pty-host/host-terminal.ts',
    guard: 'total > HIGH_WATER',
    without: 'total > 50 * HIGH_WATER',
    tests: [['integration/terminals/floods.test.ts', 'stops while nobody reads, and memory stays bounded']],
  },
  {
    properties: ['S-TERM-8'],
    file: 'src-main/agent/terminals/pty-host/host-record.ts',
    guard: 'if (!status.isFile() || (unix && (status.uid !== process.getuid?.() || (status.mode & 0o077) !== 0)))',
    without: 'if (false)',
    tests: [
      [
        'integration/terminals/host-attacks.test.ts',
        'leaves a record that others could have written, a link, or nonsense: it is not used',
      ],
    ],
  },
  {
    properties: ['S-TERM-15'],
    file: 'src-main/agent/recordings/recorder.ts',
    guard: 'if (this.#options.input) this',
    without: 'this',
    tests: [['unit/agent/recordings/recordings.test.ts', 'what is typed is written only where that was asked for']],
  },
  {
    properties: ['S-TERM-15'],
    file: 'src-node/files/private-folder.ts',
    guard: "await open(path, 'wx', 0o600)",
    without: "await open(path, 'wx', 0o644)",
    tests: [
      [
        'integration/files/files.test.ts',
        'has files for its owner only, which are written from beginning to end and read piece by piece',
      ],
    ],
  },
  {
    properties: ['S-TERM-7'],
    file: 'src-main/agent/terminals/screen/dropped-output.ts',
    guard: 'last !== undefined && last.length + bytes.length <= JOINED_BYTES',
    without: 'false',
    tests: [
      [
        'unit/agent/terminals/hostile-target.test.ts',
        'a target that never shows the screen it was asked for, in pieces as small as can be, is kept in a few of them',
      ],
    ],
  },
  {
    properties: ['S-TERM-16'],
    file: 'src-main/cli/terminal/play.ts',
    guard: 'const answers = drainReplies(host, end);',
    without: 'const answers = { stop: (): Promise<void> => Promise.resolve() };',
    tests: [['unit/cli/play.test.ts', 'has the answers taken, and none of them is typed at the prompt of the shell']],
  },
  {
    properties: ['S-TERM-16'],
    file: 'src-main/cli/terminal/screen-sequences.ts',
    guard: "if (!SHOWN_FINALS.test(final) || !NUMBERS.test(body)) return '';",
    without: '',
    tests: [
      [
        'unit/cli/sanitized-screen.test.ts',
        'cannot %s',
        'shows nothing but what is known to be harmless, whatever is sent and however it is cut',
      ],
    ],
  },
  {
    properties: ['S-TERM-16'],
    file: 'src-main/cli/terminal/sanitized-screen.ts',
    guard:
      "if (this.#buffer.length <= LONGEST) this.#buffer += character;\n    if (isContinued) return '';\n    const sequence = this.#buffer;\n    this.#enter('text');\n    return sequence.length > LONGEST ? '' : show(sequence);",
    without:
      "this.#buffer += character;\n    if (isContinued) return '';\n    const sequence = this.#buffer;\n    this.#enter('text');\n    return show(sequence);",
    tests: [['unit/cli/sanitized-screen.test.ts', 'holds no more of an endless sequence than it would let through']],
  },
  {
    properties: ['S-TERM-6'],
    file: 'src-shared/link/paths/dead-paths.ts',
    guard: 'unsettled.sent.abandon(record);',
    without: 'unsettled.sent.clear();',
    tests: [
      [
        'integration/hostile-relay/records.test.ts',
        'and cuts off the last word of a program makes neither another end of it nor an earlier one',
      ],
    ],
  },
  {
    properties: ['S-NAME-2'],
    file: 'src-main/cli/completion/names.ts',
    guard: 'PLAIN_NAME.test(name) ? name : shortId',
    without: 'name',
    tests: [
      [
        'unit/cli/completion/complete-words.test.ts',
        'a name that a shell could take for more is never offered; its peer is, by its id',
      ],
    ],
  },
  {
    properties: ['S-TERM-8'],
    file: 'src-node/control-socket/proof.ts',
    guard: "if (!timingSafeEqual(given, expected)) throw stranger('it does not know the secret');",
    without: '',
    tests: [
      [
        'integration/terminals/host-attacks.test.ts',
        'without the token gets a greeting and no more, and disturbs nobody',
        'listens in the place of a host gets a greeting of no use, and no terminal',
      ],
    ],
  },
];
