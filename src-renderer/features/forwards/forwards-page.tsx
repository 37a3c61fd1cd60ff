import { Download, Ellipsis, FileUp } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { IconButton, Menu, PageHeader } from '../../ui/index.ts';
import styles from './forwards-page.module.css';
import { ForwardsView } from './forwards-view.tsx';
import { ExportDialog } from './import-export/export-dialog.tsx';
import { ImportDialog } from './import-export/import-dialog.tsx';

/** Page Forwards: goals, the saved forwards, and the import and export of all. */
export function ForwardsPage(): ReactElement {
  const hasForwards = useApp((state) => state.forwards.length > 0);
  const [dialog, setDialog] = useState<'import' | 'export'>();
  const close = (): void => setDialog(undefined);
  return (
    <div className={styles['page']}>
      <PageHeader
        title={text('forwards.title')}
        description={text('forwards.description')}
        actions={
          <Menu
            label={text('forwards.page.more')}
            trigger={<IconButton label={text('forwards.page.more')} icon={<Ellipsis aria-hidden="true" />} />}
            items={[
              { label: text('forwards.import'), icon: <FileUp />, onSelect: () => setDialog('import') },
              {
                label: text('forwards.export'),
                icon: <Download />,
                disabled: !hasForwards,
                onSelect: () => setDialog('export'),
              },
            ]}
          />
        }
      />
      <ForwardsView />
      {dialog === 'import' && <ImportDialog onClose={close} />}
      {dialog === 'export' && <ExportDialog onClose={close} />}
    </div>
  );
}
