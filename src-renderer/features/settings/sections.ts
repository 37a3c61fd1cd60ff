import type { ShellFacts } from '#shared/app-api/index.ts';
import { text, type TextKey } from '../../locale/index.ts';
import { navigate } from '../../store/index.ts';

/** The sections in the order of the page; in each, by its own words, what somebody may look for. */
const SETTINGS = {
  device: ['settings.device.name', 'settings.device.id'],
  relay: ['settings.relay.own'],
  network: [
    'settings.network.listen',
    'proxy.title',
    'proxy.authorities',
    'discovery.settings.enabled',
    'discovery.settings.name',
  ],
  security: ['settings.security.kept', 'settings.security.terminals', 'settings.security.numbers'],
  terminals: [
    'settings.terminals.theme.light',
    'settings.terminals.theme.dark',
    'settings.terminals.font',
    'settings.terminals.font-size',
    'settings.terminals.line-height',
    'settings.terminals.cursor',
    'settings.terminals.cursor-blink',
    'settings.terminals.scrollback',
    'settings.terminals.right-click',
    'settings.terminals.copy-on-select',
    'settings.terminals.paste-guard',
    'settings.terminals.close-guard',
    'settings.terminals.screen-reader',
    'settings.terminals.webgl',
    'settings.terminals.clipboard',
  ],
  appearance: ['settings.appearance.theme', 'settings.appearance.zoom', 'settings.appearance.language'],
  background: [
    'settings.background.notifications',
    'settings.background.autostart',
    'settings.background.pause',
    'settings.background.tray',
    'settings.background.hidden',
  ],
  updates: ['updates.check', 'updates.auto', 'updates.channel'],
  command: [],
  audit: [],
  diagnostics: ['settings.diagnostics.make'],
  about: ['settings.about.version', 'settings.licences.show'],
} as const satisfies Readonly<Record<string, readonly TextKey[]>>;

export type SettingsSection = keyof typeof SETTINGS;

/** What a browser's window has none of. */
const APPLICATION_ONLY: ReadonlySet<TextKey | SettingsSection> = new Set([
  'updates',
  'command',
  'settings.relay.own',
  'settings.appearance.zoom',
  'settings.background.notifications',
  'settings.background.autostart',
  'settings.background.tray',
  'settings.background.hidden',
  'settings.licences.show',
]);

/** A section of the settings, or something in one. */
export type SettingsEntry = Readonly<{
  section: SettingsSection;
  /** Undefined for the section itself. */
  name: string | undefined;
  label: string;
}>;

/** The sections that this window has, in the order of the page. */
export function sectionsOf(facts: ShellFacts | undefined): readonly SettingsSection[] {
  return (Object.keys(SETTINGS) as readonly SettingsSection[]).filter((section) => isHere(section, facts));
}

/** What can be looked for in the settings, in the language that is spoken: first the sections, then what is in them. */
export function settingsEntries(facts: ShellFacts | undefined): readonly SettingsEntry[] {
  const sections = sectionsOf(facts);
  return [
    ...sections.map((section) => ({ section, name: undefined, label: text(`settings.${section}`) })),
    ...sections.flatMap((section) =>
      SETTINGS[section].filter((name) => isHere(name, facts)).map((name) => ({ section, name, label: text(name) })),
    ),
  ];
}

/** Goes to the settings, at that section. */
export function showSettings(section: SettingsSection): void {
  navigate('settings');
  // Not by the fragment of the address, which is the door of a browser's window; and the page has to be there first.
  requestAnimationFrame(() => {
    const element = document.getElementById(`settings-${section}`);
    element?.scrollIntoView({ block: 'start' });
    element?.focus({ preventScroll: true });
  });
}

function isHere(what: TextKey | SettingsSection, facts: ShellFacts | undefined): boolean {
  return facts?.kind === 'desktop' || !APPLICATION_ONLY.has(what);
}
