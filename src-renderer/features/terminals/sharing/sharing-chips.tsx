import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Chip } from '../../../ui/index.ts';
import { useSharingStatus } from './sharing-status.ts';

/**
 * Chips in the status bar: the terminal is recorded here, it is recorded on its machine, and the number of its viewers.
 * @param channel channel of the attached terminal
 */
export function SharingChips({ channel }: Readonly<{ channel: number | undefined }>): ReactElement {
  const { recording, keys, recorded, viewers } = useSharingStatus(channel);
  const watching = viewers.filter((viewer) => viewer.watching).length;
  return (
    <>
      <span role="status" className="visually-hidden">
        {[
          recording === null ? '' : text(keys ? 'recordings.running.keys' : 'recordings.running'),
          watching > 0 ? text('sharing.chip', { count: watching }) : '',
        ]
          .filter(Boolean)
          .join(', ')}
      </span>
      {recording !== null && (
        <Chip tone="bad" title={text(keys ? 'recordings.running.keys.text' : 'recordings.running.text')}>
          {text(keys ? 'recordings.running.keys' : 'recordings.running')}
        </Chip>
      )}
      {recorded && (
        <Chip tone="warning" title={text('sharing.recorded.text')}>
          {text('sharing.recorded')}
        </Chip>
      )}
      {viewers.length > 0 && (
        <Chip tone={watching > 0 ? 'info' : 'neutral'} title={viewers.map(({ name }) => name).join(', ')}>
          {watching > 0 ? text('sharing.chip', { count: watching }) : text('sharing.chip.offered')}
        </Chip>
      )}
    </>
  );
}
