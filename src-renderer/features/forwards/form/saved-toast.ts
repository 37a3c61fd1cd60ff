import type { ForwardView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import type { Toast } from '../../../store/index.ts';
import { explainForward } from '../list/forward-status.ts';
import { quoteUntrusted } from '../../../ui/index.ts';

/** Returns the toast that the dialog shows after it has saved a forward; a warning if the forward couldn't start. */
export function savedToast({ rule, state, problem }: ForwardView, isNew: boolean): Pick<Toast, 'tone' | 'text'> {
  const name = quoteUntrusted(rule.name);
  if (state === 'failed' && problem !== null) {
    const { what } = explainForward(problem);
    return { tone: 'warning', text: text('forwards.saved.not-running', { name, what }) };
  }
  return { tone: 'good', text: text(isNew ? 'forwards.added' : 'forwards.saved', { name }) };
}
