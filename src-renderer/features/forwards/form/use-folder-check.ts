import { useState } from 'react';
import { useApi } from '../../../store/index.ts';
import type { Draft } from './draft.ts';
import type { PortCause } from './draft-check.ts';

/** Result for the folder that the form names now, and a function that asks. */
export type FolderCheck = Readonly<{
  /** Reason why this folder can't be shared; undefined while none is known. */
  cause: PortCause | undefined;
  busy: boolean;
  /** Asks now. Resolves with true if the forward can be saved: it serves no folder, the folder can be shared, or the agent doesn't answer. */
  check(draft: Draft): Promise<boolean>;
}>;

/** Has the agent open the folder of a form (`forwards.checkFolder`) before its forward is saved. */
export function useFolderCheck(draft: Draft | undefined): FolderCheck {
  const api = useApi();
  const [found, setFound] = useState<Readonly<{ path: string; cause: PortCause }>>();
  const [busy, setBusy] = useState(false);
  return {
    cause: draft?.kind === 'folder' && found?.path === draft.path.trim() ? found.cause : undefined,
    busy,
    check: async ({ kind, path }) => {
      if (kind !== 'folder') return true;
      const folder = path.trim();
      setBusy(true);
      const answer = await api.call('forwards.checkFolder', { path: folder }).catch(() => ({ problem: null }));
      setBusy(false);
      setFound(answer.problem === null ? undefined : { path: folder, cause: answer.problem });
      return answer.problem === null;
    },
  };
}
