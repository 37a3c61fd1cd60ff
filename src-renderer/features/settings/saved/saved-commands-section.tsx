import { Pencil, Play, Plus, SquareChevronRight, Trash2 } from 'lucide-react';
import { useEffect, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { applySavedCommands, openSavedCommand, useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Mono, Row, RowList, RowSkeleton, showHidden } from '../../../ui/index.ts';
import { Section } from '../section.tsx';
import styles from '../settings.module.css';

/**
 * Section of the settings for saved commands (`savedCommands.list`): a list in which each can be run, edited and removed, and the button for a new one.
 * The dialogs make the calls.
 */
export function SavedCommandsSection(): ReactElement {
  const saved = useApp((state) => state.savedCommands);
  const { run: list, error } = useCall('savedCommands.list');
  useEffect(() => {
    // No event reports a command that was saved elsewhere.
    void list({}).then((all) => {
      if (all !== undefined) applySavedCommands(all);
    });
  }, [list]);
  return (
    <Section name="saved-commands" title={text('settings.saved-commands')} text={text('saved.section')}>
      {error !== undefined && saved === undefined && <ErrorNotice error={error} />}
      {saved === undefined && error === undefined && <RowSkeleton label={text('ui.loading')} />}
      {saved?.length === 0 && <p className={styles['text']}>{text('saved.none')}</p>}
      {saved !== undefined && saved.length > 0 && (
        <RowList label={text('settings.saved-commands')}>
          {saved.map((command) => {
            const { name } = command;
            const run = (): void => openSavedCommand({ kind: 'run', command });
            return (
              <Row
                key={name}
                tall
                lead={<SquareChevronRight size={16} />}
                title={name}
                detail={<Mono>{showHidden(command.line)}</Mono>}
                menuLabel={text('saved.more', { name })}
                onOpen={run}
                actions={[
                  { label: text('saved.run', { name }), icon: <Play />, onSelect: run },
                  {
                    label: text('saved.edit', { name }),
                    icon: <Pencil />,
                    onSelect: () => openSavedCommand({ kind: 'edit', command }),
                  },
                  {
                    label: text('saved.remove', { name }),
                    icon: <Trash2 />,
                    onSelect: () => openSavedCommand({ kind: 'remove', command }),
                  },
                ]}
              />
            );
          })}
        </RowList>
      )}
      {saved !== undefined && (
        <div className={styles['actions']}>
          <Button
            icon={<Plus aria-hidden="true" />}
            onClick={() => openSavedCommand({ kind: 'edit', command: undefined })}
          >
            {text('saved.new')}
          </Button>
        </div>
      )}
    </Section>
  );
}
