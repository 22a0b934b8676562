/*
 * Says that there are newer pins than a feed shows, instead of putting them
 * above what one reads.  Asked when one comes back to the page, and each minute
 * while it is seen; the answer is one that everybody shares.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import arrowUp from 'icon:arrow-up';
import { get, isAbort, type Page } from '../core/api';
import type { Pin } from '../core/types';
import { t } from '../core/words';
import { Icon } from '../ui/Icon';
import type { Feed } from './feed';

const every = 60 * 1000;

interface Props {
	feed: Feed;
	/* Shows the feed anew. */
	renew: () => void;
}

export function NewPins({ feed, renew }: Props) {
	const there = useSignal(false);
	useEffect(() => {
		const abort = new AbortController();
		const look = async () => {
			const shown = feed.items.value[0];
			if (document.hidden || !shown || there.value)
				return;
			const page = await get<Page<Pin>>(`${feed.source}?limit=1`,
				abort.signal);
			const newest = page.results[0];
			there.value = newest !== undefined && newest.id > shown.id;
		};
		const quietly = () => look().catch((e) => {
			if (!isAbort(e))
				there.value = false;
		});
		const timer = setInterval(quietly, every);
		document.addEventListener('visibilitychange', quietly);
		return () => {
			abort.abort();
			clearInterval(timer);
			document.removeEventListener('visibilitychange', quietly);
		};
	}, [feed]);
	return <div role="status" class="new-pins">
		{there.value && <button type="button" class="button primary"
			onClick={() => { there.value = false; renew(); }}>
			<Icon of={arrowUp} size={20} />{t('feed.new')}</button>}
	</div>;
}
