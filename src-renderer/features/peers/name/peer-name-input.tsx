import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { assertNever } from '#shared/assert-never.ts';
import { explain, joinSentences, text } from '../../../locale/index.ts';
import { applyPeer, useApi, useApp } from '../../../store/index.ts';
import { NameInput, quoteUntrusted, type NameInputProps } from '../../../ui/index.ts';
import { checkPeerName, type PeerNameProblem } from './peer-name.ts';

export type PeerNameInputProps = Readonly<{ peer: PeerView }> & Pick<NameInputProps, 'onClose'>;

/** Field that renames a peer on this machine (`peers.rename`) in place of its name. Says why a name can't be used. */
export function PeerNameInput({ peer, onClose }: PeerNameInputProps): ReactElement {
  const api = useApi();
  const peers = useApp((state) => state.peers);
  const others = peers.filter(({ peerId }) => peerId !== peer.peerId).map(({ name }) => name);
  return (
    <NameInput
      label={text('peers.rename.title', { name: quoteUntrusted(peer.name) })}
      value={peer.name}
      check={(name) => {
        const problem = checkPeerName(name, others);
        return problem === undefined ? undefined : describe(problem);
      }}
      onSave={(name) =>
        api.call('peers.rename', { peer: peer.peerId, name: name.trim() }).then(
          (renamed) => {
            applyPeer(renamed);
            return undefined;
          },
          (error: unknown) => {
            const { what, next } = explain(error);
            return joinSentences(what, next);
          },
        )
      }
      onClose={onClose}
    />
  );
}

function describe(problem: PeerNameProblem): string {
  switch (problem.kind) {
    case 'empty':
      return text('peers.rename.empty');
    case 'too-long':
      return text('peers.rename.too-long', { count: problem.over });
    case 'hidden-character':
      return text('peers.rename.hidden-character', { code: problem.code, position: problem.position });
    case 'taken':
      return text('peers.rename.taken');
    default:
      return assertNever(problem);
  }
}
