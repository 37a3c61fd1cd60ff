import type { ErrorText } from './text.ts';

export const CONTROL_TEXTS: Readonly<Record<string, ErrorText>> = {
  internal: {
    what: 'Something went wrong inside ClawReach.',
    why: '{message}',
    next: 'Try again; if it stays, run `clawreach status` and look at the log of the agent.',
  },
  'control.not-running': {
    what: 'ClawReach is not running for this profile.',
    why: 'Its profile is {path}; no agent has it open.',
    next: 'Start it with `clawreach run`, or in the background with `clawreach run --detach`.',
  },
  'control.in-use': {
    what: 'ClawReach is running for this profile already.',
    why: 'The process {pid} has it; there is one agent for each profile.',
    next: 'Use the running one, or end it with `clawreach stop`.',
  },
  'control.forbidden': {
    what: 'The running ClawReach belongs to another user.',
    why: '{path} may be used by its owner only.',
    next: 'Run the command as that user, or use a profile of your own.',
  },
  'control.stranger': {
    what: 'What answers here is not the ClawReach of this profile, so nothing was sent.',
    why: 'It did not prove that it knows the key of this profile: perhaps another user of this machine runs it.',
    next: 'Sign out the other users or restart the machine, then start ClawReach again. Tell whoever looks after this machine.',
  },
  'control.directory': {
    what: 'The folder of the control socket is not safe, so it is not used.',
    why: '{directory} belongs to another user or may be entered by others.',
    next: 'Run `{command}` if the folder is yours; else choose another profile.',
  },
  'control.path': {
    what: 'The control socket cannot be made.',
    why: '{path} exists and is not a socket.',
    next: 'Move it away and start again.',
  },
  'control.slow': {
    what: 'The agent doesn’t finish this in time.',
    why: 'It runs and answers, but {call} has had no answer yet.',
    next: 'Try again. If it stays so, restart ClawReach.',
  },
  'control.timeout': {
    what: 'The agent does not answer.',
    why: 'A connection to {path} was not taken in time.',
    next: 'Try again; if it stays, stop the agent and start it again.',
  },
  'control.failed': {
    what: 'The agent cannot be reached.',
    why: '{path}: {reason}.',
    next: 'Try again; if it stays, stop the agent and start it again.',
  },
  'control.lost': {
    what: 'The connection to the agent is gone.',
    why: 'The agent ended, or it closed the connection.',
    next: 'Run the command again; `clawreach status` tells whether the agent runs.',
  },
  'control.stopped': {
    what: 'The agent of this device was stopped.',
    why: 'Somebody here ended it, such as with `clawreach stop` or by leaving the application.',
    next: 'Start it again when you want: the next command does, too.',
  },
  'agent.paused': {
    what: 'This device is paused.',
    why: 'You have paused it: it has no connections, and makes none.',
    next: 'End the pause with `clawreach resume`, or wait until it is over.',
  },
  'agent.pause-until': {
    what: 'The pause was not begun.',
    why: 'Its end has to lie within thirty days from now.',
    next: 'Choose another end, or none: `clawreach pause` without `--for` lasts until `clawreach resume`.',
  },
  'agent.pause-unsaved': {
    what: 'The change of the pause could not be saved.',
    why: 'It holds now, but after a restart of ClawReach this device would be as it was before.',
    next: 'Check free space and permissions of the profile, then pause or resume once more.',
  },
  'control.cancelled': {
    what: 'Cancelled.',
    why: 'You, or the program that asked, cancelled this.',
    next: 'Run it again when you want.',
  },
  'control.invalid': {
    what: 'The request was not understood.',
    why: '{message}',
    next: 'Check what you typed; if the command line and the agent differ in version, restart the agent.',
  },
  'control.unknown-call': {
    what: 'The agent does not know this request.',
    why: 'It has no call {call}: the command line and the agent differ in version.',
    next: 'Restart the agent so that both are the same version.',
  },
  'control.protocol': {
    what: 'The agent and this program do not understand each other.',
    why: '{message}',
    next: 'Restart the agent so that both are the same version; if it stays, report it.',
  },
  'control.busy': {
    what: 'Too many requests at once.',
    why: 'The agent takes {limit} at a time from one program.',
    next: 'Wait until some are done, then try again.',
  },
  'control.too-large': {
    what: 'The answer is too large.',
    why: 'It does not fit one message.',
    next: 'Ask for less, such as with a smaller `--limit`.',
  },
  'control.channel-ended': {
    what: 'This direction of the terminal has ended.',
    why: 'Nothing can be sent on it any more.',
    next: 'Open the terminal again.',
  },
  'usage.command-line': {
    what: '{reason}',
    why: 'Nothing was done.',
    next: 'See `{help}`.',
  },
  'usage.duration': {
    what: '{text} is not a duration.',
    why: 'A duration is a number with a unit, up to a year: 90s, 30m, 2h, 1h30m, 7d, 2w.',
    next: 'Try `--for 2h`.',
  },
  'usage.for': {
    what: '--for needs a right that is given.',
    why: 'It says how long `--allow` or `--ask` holds; a refusal has no end.',
    next: 'Try `clawreach rights NAME --allow terminal --for 2h`.',
  },
  'usage.target': {
    what: '“{target}” is no target.',
    why: 'A target is HOST:PORTS: a name, an address or a network, IPv6 in brackets; a port, a range such as 8000-8100, or *.',
    next: 'Such as localhost:5432, 10.0.0.0/8:* or [fd00::5]:22. `clawreach targets --help` shows more.',
  },
  'usage.right': {
    what: 'There is no right called {right}.',
    why: 'Rights are: {rights}.',
    next: 'See `clawreach rights --help`.',
  },
  'usage.rights-conflict': {
    what: '{right} is named twice.',
    why: 'A right is either allowed, asked for or refused.',
    next: 'Name it once.',
  },
  'usage.terminal': {
    what: 'There is no terminal {terminal} on {name}.',
    why: 'An id has 32 digits from 0 to f; its beginning is enough where it fits one terminal. A terminal goes when its program ends, or when nobody comes back to it for ten minutes.',
    next: 'See `clawreach terminals {word}`, or leave out `--terminal` for a new one.',
  },
  'usage.no-terminal': {
    what: '{option} needs a terminal there, and this command runs without one.',
    why: 'A command has a terminal there only where input and output are a terminal here.',
    next: 'Add `-tt`, which opens one all the same, or leave out {option}.',
  },
  'usage.peer': {
    what: 'Which peer?',
    why: 'There is more than one: {peers}.',
    next: 'Add `--peer NAME`.',
  },
  'usage.no-peer': {
    what: 'There is no peer yet.',
    why: 'A forward leads through another device that is paired with this one.',
    next: 'Pair one first: `clawreach pair`.',
  },
  'usage.enable': {
    what: 'Say what is to be opened.',
    why: '`relay enable` takes either a mode, for something new, or the name of a rule that is there.',
    next: 'Try `clawreach relay enable --mode socks5`, or see `clawreach relay status`.',
  },
  'usage.config-relay': {
    what: 'Say which relay.',
    why: '`config relay` takes either an address, or `--back` alone.',
    next: 'Try `clawreach config relay wss://relay.example:7474`, or see `clawreach config relay --help`.',
  },
  'usage.option': {
    what: '{option} does not go with {mode}.',
    why: 'It would change nothing there.',
    next: 'Leave it out, or see `clawreach relay enable --help`.',
  },
  'usage.option-missing': {
    what: '{option} is missing.',
    why: '{mode} cannot do without it.',
    next: 'See `clawreach relay enable --help`.',
  },
  'usage.listen': {
    what: '--port and --listen exclude each other.',
    why: '--listen says the port as well.',
    next: 'Leave one of the two out.',
  },
  'usage.ssh': {
    what: 'The SSH server is not said rightly.',
    why: 'What is wrong: {reason}.',
    next: 'Try `--ssh user@host --key FILE`.',
  },
  'usage.chain': {
    what: '--off and --via exclude each other.',
    why: '--off ends a chain, --via makes one.',
    next: 'Leave one of the two out.',
  },
  'usage.password': {
    what: 'A password is missing.',
    why: 'It is never taken from the command line, where other programs could read it.',
    next: 'Run the command on a terminal to be asked, or put it into the variable {variable}.',
  },
  'usage.fingerprint': {
    what: 'The fingerprint has to be given.',
    why: 'There is no terminal to ask on. The server shows {fingerprint}.',
    next: 'Compare it with the one of the server, then: `clawreach relay trust {name} {fingerprint}`',
  },
  'usage.no-profile': {
    what: 'There is no ClawReach profile at {path}.',
    why: 'This command uses a profile and doesn’t create one. Nothing was changed.',
    next: 'Check --profile and CLAWREACH_PROFILE. On a new device, `clawreach pair` or `clawreach run` sets one up.',
  },
  'usage.file': {
    what: '{path} cannot be used.',
    why: 'The reason: {reason}.',
    next: 'Check the path.',
  },
  'output.write': {
    what: 'The output could not be written.',
    why: 'Where it goes takes no more: {reason}.',
    next: 'Make room, or write it elsewhere, and run the command again.',
  },
  'usage.file-exists': {
    what: '{path} is there already.',
    why: 'Nothing is written over.',
    next: 'Choose another name, or remove the file.',
  },
  'usage.add': {
    what: 'One machine waits, the other one asks.',
    why: 'It is not clear which machine waits and which one asks, or nobody is there to compare: {message}.',
    next: 'Run `clawreach add --help`.',
  },
  'usage.pair': {
    what: '--link and --qr show an invitation; a code joins one.',
    why: 'Only one side of a pairing can show it.',
    next: 'Leave out the code to invite, or the option to join.',
  },
  'usage.secret-argument': {
    what: 'A code or link is not taken from the command line here.',
    why: 'Every user of this machine can read command lines, and use the code first.',
    next: 'Run `{command}` and type it when you are asked. If others use this machine, make a new code first: this one may have been read.',
  },
  'usage.admission': {
    what: "The admission token can't be used.",
    why: '{reason}.',
    next: 'Write the token, and nothing else, into the file, the standard input or the variable {variable}; or run the command at a terminal, which asks for it.',
  },
  'usage.confirm-peer': {
    what: "Which peer's words?",
    why: '{reason}',
    next: 'Run `clawreach list` to see your peers, then `clawreach confirm NAME`.',
  },
  'agent.start-failed': {
    what: 'The agent of this device could not be started.',
    why: 'It was started in the background, and {reason}. Its log is {log}.',
    next: 'Read the end of the log, or run `clawreach run` to see what happens.',
  },
  'agent.terminals-bound': {
    what: 'The terminals of this device cannot be left running.',
    why: 'The agent that runs holds them itself, as the application does where it has brought no Node with it, so they end with it.',
    next: 'Leave out `--keep-terminals` to end them too.',
  },
  'agent.fault': {
    what: 'The agent met an error that nobody expected, and has ended.',
    why: 'It does not go on in a state that nobody knows. What was to be saved was saved; terminals wait ten minutes for the next agent.',
    next: 'Start it again; a service manager does that by itself. Please report it, with the last lines of the log.',
  },
  'agent.no-answer': {
    what: 'The agent does not answer.',
    why: 'It was asked to end and has said nothing for {seconds} seconds: its process stands still, or this machine is very busy.',
    next: 'Try again. As a last resort end the process; its id is in `control.sock.pid` in {path}.',
  },
  'agent.stop-timeout': {
    what: 'The agent did not end in time.',
    why: 'Process {pid} was asked to end and still answers.',
    next: 'Look at the log of the profile; as a last resort end the process.',
  },
};
