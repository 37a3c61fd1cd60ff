import { useState, type ReactElement } from 'react';
import type { TargetPattern } from '#shared/app-api/index.ts';
import type { Story } from '../../../stories/index.ts';
import { AllowedTargets } from './allowed-targets.tsx';

const TARGETS: readonly TargetPattern[] = [
  { kind: 'connect', host: 'db.office.lan', ports: '5432', expiresAt: null },
  { kind: 'connect', host: 'fd00::5', ports: '8000-8100', expiresAt: null },
  { kind: 'connect', host: '10.0.0.0/8', ports: '*', expiresAt: Date.now() + 3_600_000 },
  { kind: 'listen', host: '0.0.0.0', ports: '8080', expiresAt: null },
];

function Editable({ given }: Readonly<{ given: readonly TargetPattern[] }>): ReactElement {
  const [targets, setTargets] = useState(given);
  return <AllowedTargets targets={targets} onChange={setTargets} />;
}

/** Stories of the allowed targets as the permissions dialog shows them. */
export const TARGETS_STORIES: readonly Story[] = [
  { name: 'peers/targets, none', render: () => <Editable given={[]} /> },
  { name: 'peers/targets', render: () => <Editable given={TARGETS} /> },
];
