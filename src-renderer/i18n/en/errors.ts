/**
 * What the window says instead of the command-line wording: a key `error.<code>.next` (also `.what`, `.why`) takes the place of that part of
 * the text of the code. Details of the error fill `{{name}}`. What concerns pairing and relays stands with the pairing.
 */
export const ERRORS_TEXTS = {
  'error.unknown.next': 'Try again. If it stays, update ClawReach on both machines.',
  'error.unknown.why': 'The code of the problem is {{code}}.',
  'error.internal.next': 'Try again. If it stays, restart ClawReach.',

  'error.control.lost.next': 'ClawReach connects again by itself. If it does not, restart it.',
  'error.control.not-running.next': 'Start ClawReach again.',
  'error.control.stopped.why': 'Somebody here ended it, or the application that it belongs to.',
  'error.control.stopped.next': 'Start ClawReach again when you want.',
  'error.control.in-use.next': 'Use the window that is open already, or end the other ClawReach.',
  'error.control.forbidden.next': 'Sign in as that user, or use a profile of your own.',
  'error.control.directory.next': 'Make the folder private if it is yours, or use another profile.',
  'error.control.cancelled.next': 'Start it again when you want.',
  'error.control.invalid.next': 'Check what you typed. If it is right, restart ClawReach.',
  'error.control.unknown-call.why': 'The window and the agent differ in version: it has no call {{call}}.',
  'error.control.unknown-call.next': 'Restart ClawReach, so that both are the same version.',
  'error.control.protocol.next': 'Restart ClawReach, so that both are the same version.',
  'error.control.too-large.next': 'Ask for less at once.',

  'error.usage.command-line.next': 'Start ClawReach without what it does not know.',
  'error.usage.config-relay.why': 'It is either an address, or the relay used before.',
  'error.usage.config-relay.next': 'Set up the relay in the settings.',
  'error.usage.duration.next': 'Choose one of the times that are offered.',
  'error.usage.for.what': 'Only a right that is given has an end.',
  'error.usage.for.why': 'A refusal holds until it is changed.',
  'error.usage.for.next': 'Allow it, or choose to be asked, and set the end then.',
  'error.usage.no-profile.next': 'Choose another folder for the profile.',
  'error.usage.right.next': 'Choose one of the rights that are shown.',
  'error.terminal.no-pipes.next': 'Update ClawReach there, or run the command in a terminal.',
  'error.usage.terminal.next': 'Open a new terminal.',
  'error.usage.secret-argument.what': 'A code or link is not taken from there.',
  'error.usage.secret-argument.why': 'Other users of this machine could read it, and use it first.',
  'error.usage.secret-argument.next': 'Enter it in the window.',
  'error.usage.admission.next': 'Enter the token, and nothing else.',
  'error.usage.confirm-peer.next': 'Choose one from the list of peers.',
  'error.peer.uncompared.next': 'Compare them first.',
  'error.usage.pair.what': 'Only one side of a pairing shows the code.',
  'error.direct.listen.why': 'The system does not let ClawReach listen for connections at this port, or at any other.',
  'error.agent.terminals-bound.next': 'End the terminals as well, or leave the application running.',
  'error.agent.start-failed.next': 'Read the end of the log, then start ClawReach again.',

  'error.handshake.unknown-peer.next': 'Pair the two devices again.',
  'error.format.peer-id.next': 'Copy the peer id again from the settings of the other device.',
  'error.link.unknown-peer.next': 'Pair the two devices.',
  'error.link.timeout.next': 'Try again. Peers shows whether the device is online.',
  'error.link.params.next': 'Shorten it: what is long can go into a script on the other device.',
  'error.peer.unknown.next': 'Look at the list of peers, or pair the device again.',
  'error.peer.ambiguous.next': 'Choose it from the list of peers.',
  'error.peer.key-changed.next': 'Do not go on. If the device was set up anew, forget it here and pair again.',
  'error.rights.unasked.next':
    'Send a prompt: they are asked then. Or ask them to allow OpenClaw for this device, in their list of peers, under Rights.',
  'error.rights.denied.next': 'Ask the person at that device to allow it: in its list of peers, under Rights.',
  'error.approval.gone.next': 'Nothing needs to be done; the other side can ask again.',
  'error.terminal.too-many-left.next': 'Open a terminal on that device, and end some of them.',
  'error.terminal.too-many.next': 'Close some terminals on that device, then open a new one.',

  'error.hosted-relay.unavailable.next':
    'Install Node 24 from https://nodejs.org/, or use a relay that runs on another machine.',
  'error.hosted-relay.failed.next': 'Start it again.',
  'error.relay.hosted-off.next': 'Start it in the settings of the application, or set up another one.',
  'error.relay.hosted-off-before.next':
    'Start it in the settings of the application, or go back to the relay that was used before.',
  'error.relay.no-before.next': 'Set up the one to use in the settings.',
  'error.shell.secret-other-agent.next':
    'End that agent where it was started; this application takes over. Then try again.',
  'error.shell.no-hosted-relay.next': 'Use the application, or a relay that runs on another machine.',
  'error.web-host.files-missing.next': 'Install ClawReach again.',
  'error.web-host.port.next': 'Use any port that is free, or name another one.',
  'error.web-host.link-used.why': 'A link opens the window once, and within ten minutes.',
  'error.web-host.link-used.next': 'Press Enter where ClawReach was started, and open the new link that it prints.',
  'error.web-host.agent.next': 'Start ClawReach again where it was started.',
  'error.web-host.full.why': 'Eight windows are open at a time.',

  'error.store.secret-permissions.next':
    'Make {{file}} private to your account. If somebody else may have read it, remove the profile and pair this device anew.',
  'error.store.secret-sealed.what':
    'The secret of this device is in the key store of the system, and only the application can open it.',
  'error.store.secret-sealed.next':
    'Start the ClawReach application and leave it running. To run without it, choose in the application: Settings > Security > File only you can read.',
  'error.store.key-store-missing.next': 'Start ClawReach in the desktop where it ran before.',
  'error.store.directory-permissions.next': 'Make {{file}} private to your account and start ClawReach again.',
  'error.link.peer-by-relay.next': 'Allow more paths in its path details, or change the choice on the other device.',
  'error.link.peer-directly.next': 'Allow more paths in its path details, or change the choice on the other device.',
  'error.link.peer-through-hop.next': 'Allow more paths in its path details, or change the choice on the other device.',
  'error.via.hop-lost.next': 'Check {{hop}}; the link goes on by itself when it is back. Or choose another way.',
  'error.via.chain.next':
    'Put the device that it goes through before it. Or let the device in the middle be reached automatically (in its path details), or choose another one.',
  'error.forward.kind.why': 'Keys of servers are trusted for SSH tunnels; ways are tried for automatic rules.',
  'error.ssh.host-key-unknown.next':
    'Compare the fingerprint with the one that the server itself prints, then trust it.',
  'error.ssh.key-file-format.next': 'Choose the private key, not the file that ends with .pub.',
  'error.ssh.agent-empty.next': 'Add a key to it. It is tried again by itself.',
  'error.agent.paused.next': 'Press Resume at the top of the window, or wait until the pause is over.',
  'error.agent.pause-until.next': 'Choose another end, or none.',
  'error.store.key-store-locked.next':
    'Unlock the key store, for example by logging in to the desktop again. ClawReach goes on by itself then.',
  'error.service.unsupported.next':
    'Have your own service manager run ClawReach, or switch on the start at login in the settings.',
  'error.service.path.next': 'Choose another folder for the profile.',
  'error.service.no-tool.why': 'This system has no {{program}}, which ClawReach would need to ask.',
  'error.service.no-tool.next': 'Use the start at login in the settings.',
  'error.service.no-manager.why': '{{command}} failed: {{reason}}',
  'error.service.no-manager.next': 'Log in as the person themselves, then try again.',
  'error.service.failed.why': '{{command}} failed: {{reason}}',
  'error.service.failed.next': 'Look at the log of the service manager.',
  'error.service.not-installed.next': 'Install the service first.',
  'error.shell.autostart-elsewhere.next': 'Change it in the settings of the application.',
} as const;
