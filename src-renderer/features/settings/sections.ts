import type { ShellFacts } from '#shared/app-api/index.ts';
import { text, type TextKey } from '../../locale/index.ts';
import { navigate } from '../../store/index.ts';

/** Sections in the order of the page. Each lists the text keys of its settings, which the palette offers. */
const SETTINGS = {
  device: ['settings.device.name', 'settings.device.id'],
  relay: ['settings.relay.hosted'],
  network: [
    'settings.network.listen',
    'proxy.title',
    'proxy.authorities',
    'discovery.settings.enabled',
    'discovery.settings.name',
  ],
  security: ['settings.security.key', 'settings.security.terminals', 'settings.security.numbers'],
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
  keys: [],
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

/** Sections and settings that a browser's window doesn't have. */
const APPLICATION_ONLY: ReadonlySet<TextKey | SettingsSection> = new Set([
  'updates',
  'command',
  'settings.relay.hosted',
  'settings.appearance.zoom',
  'settings.background.notifications',
  'settings.background.autostart',
  'settings.background.tray',
  'settings.background.hidden',
  'settings.licences.show',
]);

/** Section of the settings, or one setting in it, as the palette lists it. */
export type SettingsEntry = Readonly<{
  section: SettingsSection;
  /** Text key of the setting; undefined for the section itself. */
  name: string | undefined;
  /** Name in the current language. */
  label: string;
}>;

/** Lists the sections that this window has, in the order of the page. @param facts undefined before they are loaded */
export function sectionsOf(facts: ShellFacts | undefined): readonly SettingsSection[] {
  return (Object.keys(SETTINGS) as readonly SettingsSection[]).filter((section) => isHere(section, facts));
}

/** Lists all settings for the palette in the current language: first the sections, then their settings. */
export function settingsEntries(facts: ShellFacts | undefined): readonly SettingsEntry[] {
  const sections = sectionsOf(facts);
  return [
    ...sections.map((section) => ({ section, name: undefined, label: text(`settings.${section}`) })),
    ...sections.flatMap((section) =>
      SETTINGS[section].filter((name) => isHere(name, facts)).map((name) => ({ section, name, label: text(name) })),
    ),
  ];
}

/**
 * Opens the settings page, scrolls to a section and focuses it. Called by the buttons of banners and errors, by the palette, and by the page itself.
 */
export function showSettings(section: SettingsSection): void {
  navigate({ page: 'settings' });
  // The URL's fragment is reserved in a browser, and the page has to be rendered first.
  requestAnimationFrame(() => {
    const element = document.getElementById(`settings-${section}`);
    element?.scrollIntoView({ block: 'start' });
    element?.focus({ preventScroll: true });
  });
}

function isHere(what: TextKey | SettingsSection, facts: ShellFacts | undefined): boolean {
  return facts?.kind === 'desktop' || !APPLICATION_ONLY.has(what);
}
