/* What stands below a wall: why there is no more, or not yet. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../core/words';
import { Button } from '../ui/Button';
import type { Feed } from './feed';

export function Foot({ feed, end }: { feed: Feed; end?: ComponentChildren }) {
	const state = feed.state.value;
	if (state === 'error')
		return <Failed key={feed.source} feed={feed} />;
	if (state === 'end' && feed.items.value.length > 0)
		return <div class="row-end">{end ?? <p>{t('feed.end')}</p>}</div>;
	return null;
}

/* Who was told to wait is told how long, and need not press then; who has no
 * network goes on when it is back. */
function Failed({ feed }: { feed: Feed }) {
	const left = useSignal(feed.wait());
	const waits = left.value > 0;
	useEffect(() => {
		const more = () => void feed.more();
		const timer = setInterval(() => {
			left.value = feed.wait();
			if (waits && left.value === 0)
				more();
		}, 500);
		addEventListener('online', more);
		return () => {
			clearInterval(timer);
			removeEventListener('online', more);
		};
	}, [feed, waits]);
	return <div class="row-end" role="alert">
		<p>{feed.error.value?.message}</p>
		{waits ? <p aria-live="off">{t('retry.in', { n: left.value })}</p>
			: <Button onClick={() => void feed.more()}>{t('retry')}</Button>}
	</div>;
}
