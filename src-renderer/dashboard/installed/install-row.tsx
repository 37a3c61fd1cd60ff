import { Download } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button, Chip, SettingRow } from '../../ui/index.ts';
import { install, useInstallState } from './installing.ts';

/** Row of the settings that installs the page as an application, or says how the browser does it. */
export function InstallRow(): ReactElement {
  const state = useInstallState();
  return (
    <SettingRow name={text('installed.app')} meaning={text(`installed.app.${state}`)}>
      {state === 'offered' && (
        <Button icon={<Download />} onClick={() => void install()}>
          {text('installed.install')}
        </Button>
      )}
      {state === 'installed' && <Chip tone="good">{text('installed.app.chip')}</Chip>}
    </SettingRow>
  );
}
