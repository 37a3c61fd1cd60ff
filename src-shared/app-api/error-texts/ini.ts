import type { ErrorText } from './text.ts';

/** Rules in the INI form (docs/FORWARDS.md). A person sees `what` and `why` beside the line. */
export const INI_TEXTS: Readonly<Record<string, ErrorText>> = {
  'ini.heading': {
    what: '“{text}” is no heading.',
    why: 'A section begins with its name in brackets, such as [office-proxy].',
    next: 'Correct the line.',
  },
  'ini.section-twice': {
    what: 'There are two sections called {name}.',
    why: 'Rules are told apart by their names, without regard to capital letters.',
    next: 'Give one of them another name.',
  },
  'ini.too-many': {
    what: 'There are more than {most} sections.',
    why: 'A device keeps no more rules.',
    next: 'Take some away.',
  },
  'ini.line': {
    what: '“{text}” is not understood.',
    why: 'A line is “key = value”, a heading in brackets, or a comment that begins with # or ;.',
    next: 'Correct the line.',
  },
  'ini.outside': {
    what: 'The key {key} is in no section.',
    why: 'Each rule is a section of its own, and begins with its name in brackets.',
    next: 'Put a heading such as [office-proxy] above it.',
  },
  'ini.key-twice': {
    what: 'The key {key} is there twice.',
    why: 'A section says each thing once.',
    next: 'Take one of the two away.',
  },
  'ini.quotes': {
    what: 'The quotes of {key} are not closed, or hold what cannot be read.',
    why: 'A value that begins with a double quote ends with one; inside, \\" is a quote and \\\\ a backslash.',
    next: 'Correct the value, or leave the quotes out.',
  },
  'ini.key': {
    what: 'There is no key {key}.',
    why: 'Here they are: {known}.',
    next: 'Correct the key, or take the line away.',
  },
  'ini.key-other': {
    what: 'The key {key} does not go with the type {type}.',
    why: 'It would change nothing there.',
    next: 'Take the line away, or choose another type.',
  },
  'ini.key-beside': {
    what: 'The key {key} does not go with {beside}.',
    why: 'It would change nothing there.',
    next: 'Take one of the two away.',
  },
  'ini.missing': {
    what: 'The key {key} is missing.',
    why: 'The rule {section} cannot do without it.',
    next: 'Add the line {key} = …',
  },
  'ini.value': {
    what: '“{value}” does not fit {key}.',
    why: 'Expected: {expected}.',
    next: 'Correct the value.',
  },
  'ini.name': {
    what: '“{name}” cannot be the name of a rule.',
    why: 'A name has 1 to 64 characters that can be seen.',
    next: 'Choose another heading.',
  },
  'ini.peer': {
    what: 'The section does not say which peer it means.',
    why: 'There are: {peers}.',
    next: 'Add the line peer = NAME, or name the peer for the whole file.',
  },
  'ini.user': {
    what: 'The user of the SSH server is not known.',
    why: 'The section names none, and this system does not say who runs ClawReach.',
    next: 'Add the line ssh_user = NAME.',
  },
  'ini.empty': {
    what: 'There are no rules in it.',
    why: 'It has no section; a section begins with its name in brackets.',
    next: 'Check that it is the right file.',
  },
};
