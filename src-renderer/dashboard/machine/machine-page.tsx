import { useEffect, type ReactElement } from 'react';
import { goTo } from '../router/index.ts';
import { Waiting } from '../shell/waiting.tsx';

/** Leads to the machines: this page has no terminals, and the address of one may come from elsewhere. */
export function MachinePage(): ReactElement {
  useEffect(() => goTo({ page: 'devices' }, { replace: true }), []);
  return <Waiting within />;
}
