import type { ErrorText } from './text.ts';

/** What the program around a window does for it: the application, and the little web server of `clawreach ui`. */
export const SHELL_TEXTS: Readonly<Record<string, ErrorText>> = {
  'web-host.files-missing': {
    what: 'The window was not built.',
    why: 'Its files should be in {directory}: {reason}.',
    next: 'Install ClawReach again, or run `npm run build` where its sources are.',
  },
  'web-host.port': {
    what: 'The window cannot be served on port {port}.',
    why: 'The system says {reason}; most often another program has the port.',
    next: 'Leave out `--port` for any that is free, or name another one.',
  },
  'web-host.link-used': {
    what: 'This link was used or is too old.',
    why: 'A link opens the window once, within ten minutes, as long as its `clawreach ui` runs.',
    next: 'Run `clawreach ui` again and open the new link.',
  },
  'web-host.tries': {
    what: 'The window is not opened now.',
    why: 'Somebody has tried many wrong links within a minute.',
    next: 'Wait a minute, then reload the page.',
  },
  'web-host.agent': {
    what: 'ClawReach has ended on this machine.',
    why: 'Its agent does not answer. The window goes on by itself when it is back.',
    next: 'Start it with `clawreach run --detach`.',
  },
  'web-host.full': {
    what: 'Too many windows are open.',
    why: 'One `clawreach ui` serves eight at a time.',
    next: 'Close one, then reload the page.',
  },
  'shell.browser-links': {
    what: 'The link was not opened.',
    why: 'In a browser, the browser opens links itself.',
    next: 'Reload the page; if it stays, copy the link into the address bar.',
  },
  'shell.link': {
    what: 'The link was not opened.',
    why: 'Only links to web pages (https:, http:) and mail addresses (mailto:) are opened.',
    next: 'Copy the link and open it yourself, if you know where it leads.',
  },
  'shell.link-pace': {
    what: 'The link was not opened.',
    why: 'No more than {limit} links are opened within {seconds} seconds.',
    next: 'Wait a moment, then try again.',
  },
  'shell.link-failed': {
    what: 'The link was not opened.',
    why: 'The system has no program for it, or that did not start.',
    next: 'Copy the link and open it yourself.',
  },
  'shell.camera-elsewhere': {
    what: 'The application cannot be asked for the camera here.',
    why: 'This window is not one of the application; a browser asks for the camera itself.',
    next: 'Allow the camera in the browser, or read the code from an image.',
  },
  'shell.files-elsewhere': {
    what: 'The file was not saved.',
    why: 'Only the ClawReach application asks where to keep a file; a browser does it itself.',
    next: 'Reload the page, then try again; or copy the text.',
  },
  'shell.file-failed': {
    what: 'The file was not saved.',
    why: 'It could not be written: {reason}.',
    next: 'Choose another place, or copy the text.',
  },
  'shell.autostart-elsewhere': {
    what: 'The start at login was not changed.',
    why: 'A browser does not start with the system.',
    next: 'Change it in the settings of the application, or run `clawreach service install`.',
  },
  'shell.autostart-failed': {
    what: 'The start at login was not changed.',
    why: 'The system has refused: {reason}.',
    next: 'Change it in the settings of your system, or try again.',
  },
  'shell.autostart-held.win32': {
    what: 'Windows holds the start at login back.',
    why: 'ClawReach was switched off in the Task Manager, or in the settings of Windows.',
    next: 'Open Task Manager > Startup apps and switch ClawReach on.',
  },
  'shell.autostart-held.darwin': {
    what: 'macOS waits for your permission.',
    why: 'ClawReach may start at login only when you allow it in the settings of macOS.',
    next: 'Open System Settings > General > Login Items and allow ClawReach.',
  },
  'shell.secret-elsewhere': {
    what: 'The key of this device was not moved.',
    why: 'Only the ClawReach application can open the key store of the system.',
    next: 'Start the application and open Settings > Security there.',
  },
  'shell.secret-other-agent': {
    what: 'The key of this device was not moved.',
    why: 'The agent that runs was started by a command and uses the key from its file.',
    next: 'End it with `clawreach stop`; the application takes over. Then try again.',
  },
  'shell.no-hosted-relay': {
    what: 'No relay can be started from here.',
    why: 'Only the application can host one.',
    next: 'Run `clawreach-relay` on a machine that others can reach, or use the application.',
  },
};
