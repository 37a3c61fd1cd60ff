import { Component, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { Button, EmptyState } from '../../ui/index.ts';
import { TriangleAlert } from 'lucide-react';

/**
 * Shows a way on when a page fails. The usual cause is a new version on the relay: parts of the old one are gone, and loading the page again brings the new
 * one.
 */
export class PageBoundary extends Component<Readonly<{ children: ReactNode }>, Readonly<{ failed: boolean }>> {
  override state = { failed: false };

  static getDerivedStateFromError(): Readonly<{ failed: boolean }> {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Failed /> : this.props.children;
  }
}

function Failed(): ReactElement {
  return (
    <main>
      <EmptyState
        icon={<TriangleAlert />}
        title={text('site.failed')}
        action={
          <Button variant="primary" onClick={() => window.location.reload()}>
            {text('site.reload')}
          </Button>
        }
      >
        {text('site.failed.next')}
      </EmptyState>
    </main>
  );
}
