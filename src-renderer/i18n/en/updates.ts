/** Updates of the application, and the command that comes with it. */
export const UPDATES_TEXTS = {
  'settings.updates': 'Updates',
  'settings.command': 'Command line',

  'updates.text':
    'New versions are signed by the makers of ClawReach; anything else is refused. Nothing is installed without your yes.',
  'updates.installed': 'Installed',
  'updates.checked': 'Last checked',
  'updates.checked.never': 'Not yet',
  'updates.state': 'State',
  'updates.state.idle': 'You have the newest version.',
  'updates.state.unknown': 'Not checked yet.',
  'updates.state.checking': 'Checking for a newer version',
  'updates.state.available': 'Version {{version}} of {{date}} is available.',
  'updates.state.downloading': 'Downloading version {{version}}',
  'updates.state.progress': '{{received}} of {{total}}',
  'updates.state.ready': 'Version {{version}} is downloaded and checked. It is installed when you restart ClawReach.',
  'updates.not-set-up': 'This build does not know where new versions are told. Update it the way you have made it.',
  'updates.check': 'Check now',
  'updates.download': 'Download',
  'updates.download.size': 'Download ({{size}})',
  'updates.again': 'Try again',
  'updates.cancel': 'Cancel',
  'updates.install': 'Restart and install',
  'updates.page': 'What is new',
  'updates.page.get': 'Get it',
  'updates.auto': 'Check for new versions automatically',
  'updates.auto.text': 'Every few hours. The server learns the address of this machine, and nothing else about it.',
  'updates.channel': 'Versions',
  'updates.channel.stable': 'Stable',
  'updates.channel.beta': 'Beta, for testing',

  'updates.way.deb':
    'ClawReach was installed by a package: get the new .deb and open it, or run `sudo apt install ./clawreach.deb` where it lies.',
  'updates.way.rpm':
    'ClawReach was installed by a package: get the new .rpm and open it, or run `sudo dnf install ./clawreach.rpm` where it lies.',
  'updates.way.download': 'This copy cannot replace itself: get the new one and put it where the old one is.',
  'updates.way.move':
    'ClawReach runs from where it was downloaded to. Move it into the Applications folder and start it there; then it updates itself.',
  'updates.way.source': 'ClawReach runs from its sources: run `git pull` and `npm install` there, then start it again.',

  'updates.confirm': 'Install version {{version}}?',
  'updates.confirm.text':
    'ClawReach ends and starts again with the new version, which takes a moment. Peers, forwards and settings stay.',
  'updates.confirm.terminals_one': 'A terminal that a peer has open on this machine ends.',
  'updates.confirm.terminals_other': '{{count}} terminals that peers have open on this machine end.',
  'updates.confirm.later': 'Later',

  'updates.banner.available': 'Version {{version}} of ClawReach is available.',
  'updates.banner.ready': 'Version {{version}} of ClawReach is ready to be installed.',
  'updates.banner.show': 'Show',

  'command.text':
    'The same in a terminal, and for machines without a screen: `clawreach list`, `clawreach connect office`.',
  'command.installed': 'A terminal finds the command `clawreach`.',
  'command.installed.hidden': 'The command is installed.',
  'command.missing': 'Terminals do not know the command `clawreach` yet.',
  'command.missing.package':
    'The package should have put the command here, and it is not there. Install the package again.',
  'command.other': 'A terminal finds another `clawreach` than the one of this application.',
  'command.none': 'ClawReach runs from its sources: `npm link` there makes the command known.',
  'command.path': 'Where',
  'command.folder': 'Terminals do not look into this folder yet. Sign in again, or add it to your PATH:',
  'command.install': 'Install the command',
  'command.remove': 'Remove the command',
  'command.install.done': 'The command is installed. Open a new terminal for it.',
  'command.remove.done': 'The command was removed.',

  'error.shell.command-source.next': 'The README of the sources says how the command comes into the PATH.',
  'error.shell.licences-missing.next': 'Install ClawReach again.',
} as const;
