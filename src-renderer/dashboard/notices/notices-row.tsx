import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Switch } from '../../ui/index.ts';
import { setNotices, useNoticeState } from './permission.ts';

/** Row of the settings that turns notifications on and off. */
export function NoticesRow(): ReactElement {
  const state = useNoticeState();
  return (
    <Switch
      row
      label={text('notices.title')}
      description={text(`notices.state.${state}`)}
      checked={state === 'on'}
      disabled={state === 'unsupported' || state === 'blocked'}
      onChange={(on) => void setNotices(on)}
    />
  );
}
