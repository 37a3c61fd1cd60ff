import type { ForwardView } from '#shared/app-api/index.ts';
import { joinSentences, text } from '../../../locale/index.ts';
import type { Toast } from '../../../store/index.ts';
import { explainForward, type ForwardStatus } from '../list/forward-status.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/**
 * Returns the toast that the dialog shows after it has saved a forward; a warning if the forward couldn't start, and a note while it waits.
 * @param status status of the forward, which its machine may decide
 */
export function savedToast(
  { rule, state, problem, peerName }: ForwardView,
  status: ForwardStatus,
  isNew: boolean,
): Pick<Toast, 'tone' | 'text'> {
  const name = quoteUntrusted(rule.name);
  if (state === 'failed' && problem !== null) {
    const { what } = explainForward(problem);
    return { tone: 'warning', text: text('forwards.saved.not-running', { name, what }) };
  }
  const saved = text(isNew ? 'forwards.added' : 'forwards.saved', { name });
  if (state === 'waiting')
    return { tone: 'info', text: problem === null ? saved : joinSentences(saved, explainForward(problem).what) };
  if (status !== 'ask' && status !== 'may-ask') return { tone: 'good', text: saved };
  const asks = text('forwards.added.asks', { peer: quoteUntrusted(peerName ?? '') });
  return { tone: 'info', text: joinSentences(saved, asks) };
}
