import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { RowSkeleton } from '../../ui/index.ts';
import { AppearanceSection } from './general/appearance-section.tsx';
import { BackgroundSection } from './general/background-section.tsx';
import { CommandSection } from './general/command-section.tsx';
import { DiagnosticsSection } from './general/diagnostics-section.tsx';
import { TerminalSection } from './general/terminal-section.tsx';
import { KeysSection } from './keys/keys-section.tsx';
import { MessagesSection } from './messages/messages-section.tsx';
import { SavedCommandsSection } from './saved/saved-commands-section.tsx';
import { NetworkSection } from './network/network-section.tsx';
import { RelaySection } from './network/relay-section.tsx';
import type { SettingsSection } from './sections.ts';
import { DeviceSection } from './security/device-section.tsx';
import { SecuritySection } from './security/security-section.tsx';
import { AboutSection } from './updates/about-section.tsx';
import { UpdatesSection } from './updates/updates-section.tsx';

/** Shows one section of the settings; rows without text while the agent's status or the shell's facts are loading. */
export function SectionContent({ section }: Readonly<{ section: SettingsSection }>): ReactElement {
  const status = useApp((state) => state.status);
  const facts = useApp((state) => state.facts);
  const loading = <RowSkeleton label={text('settings.loading')} />;
  switch (section) {
    case 'appearance':
      return <AppearanceSection />;
    case 'terminals':
      return <TerminalSection />;
    case 'saved-commands':
      return <SavedCommandsSection />;
    case 'keys':
      return <KeysSection />;
    case 'background':
      return facts === undefined ? loading : <BackgroundSection facts={facts} />;
    case 'device':
      return status === undefined ? loading : <DeviceSection status={status} facts={facts} />;
    case 'relay':
      return status === undefined ? loading : <RelaySection status={status} />;
    case 'network':
      return <NetworkSection />;
    case 'security':
      return status === undefined ? loading : <SecuritySection status={status} facts={facts} />;
    case 'messages':
      return <MessagesSection />;
    case 'updates':
      return facts === undefined ? loading : <UpdatesSection facts={facts} />;
    case 'command':
      return facts === undefined ? loading : <CommandSection facts={facts} />;
    case 'diagnostics':
      return status === undefined ? loading : <DiagnosticsSection />;
    case 'about':
      return <AboutSection status={status} facts={facts} />;
  }
}
