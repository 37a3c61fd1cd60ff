import type { ReactElement } from 'react';
import type { AgentView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Mono, SettingRow, UntrustedText } from '../../../ui/index.ts';

/**
 * Row with the folder below which an agent's program may send files. The application changes it at once, with the system's dialog; elsewhere it is only
 * shown.
 */
export function AgentFolder({ agent: { name, files } }: Readonly<{ agent: AgentView }>): ReactElement {
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  // The list of agents has what is granted now.
  const listed = useApp(({ agents }) => agents.find((agent) => agent.name === name));
  const granted = listed === undefined ? files : listed.files;
  const change = useCall('shell.agents.setFiles');
  const set = (to: 'choose' | 'none'): void => void change.run({ name, to });
  return (
    <SettingRow
      wide
      name={text('agents.files')}
      meaning={text('agents.files.hint')}
      below={change.error !== undefined && <ErrorNotice error={change.error} onDismiss={change.reset} />}
    >
      {granted === null ? (
        <span>{text('agents.files.none')}</span>
      ) : (
        <Mono>
          <UntrustedText>{granted}</UntrustedText>
        </Mono>
      )}
      {isDesktop ? (
        <Button size="small" busy={change.busy} onClick={() => set('choose')}>
          {text('agents.files.choose')}
        </Button>
      ) : (
        granted === null && <span>{text('agents.files.elsewhere')}</span>
      )}
      {isDesktop && granted !== null && (
        <Button size="small" variant="quiet" onClick={() => set('none')}>
          {text('agents.files.remove')}
        </Button>
      )}
    </SettingRow>
  );
}
