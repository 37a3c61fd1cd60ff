import { ClipboardList } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, SettingRow } from '../../../ui/index.ts';
import { DiagnosticsDialog } from './diagnostics-dialog.tsx';
import { Section } from '../section.tsx';

/** Section of the settings with a button that opens the diagnostics report, which contains no personal data. */
export function DiagnosticsSection(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section name="diagnostics" title={text('settings.diagnostics')}>
      <SettingRow name={text('settings.diagnostics.report')} meaning={text('settings.diagnostics.text')}>
        <Button icon={<ClipboardList aria-hidden="true" />} onClick={() => setOpen(true)}>
          {text('settings.diagnostics.make')}
        </Button>
      </SettingRow>
      {isOpen && <DiagnosticsDialog onClose={() => setOpen(false)} />}
    </Section>
  );
}
