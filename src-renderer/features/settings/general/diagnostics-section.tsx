import { ClipboardList } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button } from '../../../ui/index.ts';
import { DiagnosticsDialog } from './diagnostics-dialog.tsx';
import { Section } from '../section.tsx';
import styles from '../settings.module.css';

/** Section of the settings with a button that opens the diagnostics report, which contains no personal data. */
export function DiagnosticsSection(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section name="diagnostics" title={text('settings.diagnostics')}>
      <p className={styles['text']}>{text('settings.diagnostics.text')}</p>
      <div>
        <Button icon={<ClipboardList aria-hidden="true" />} onClick={() => setOpen(true)}>
          {text('settings.diagnostics.make')}
        </Button>
      </div>
      {isOpen && <DiagnosticsDialog onClose={() => setOpen(false)} />}
    </Section>
  );
}
