/* Who likes something, a page at a time. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, nextOf, type Page } from '../core/api';
import { likers } from '../core/layers';
import type { Liker } from '../core/types';
import { ago, t } from '../core/words';
import { Avatar } from './Avatar';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { tellError } from './Toast';

export default function LikesDialog() {
	const rows = useSignal<Liker[]>([]);
	const next = useSignal<string | null>(null);
	const path = `items/${likers.value}/likes`;
	const more = async (from: string) => {
		const page = await get<Page<Liker>>(from);
		rows.value = [...rows.value, ...page.results];
		next.value = nextOf(path, page.next);
	};
	useEffect(() => { more(path).catch(tellError); }, []);
	const close = () => { likers.value = null; };
	return <Dialog title={t('likes')} onClose={close}>
		<ul class="people likers" aria-busy={rows.value.length === 0}>
			{rows.value.map(({ from_profile: one, created_at: time }) =>
				<li key={one.user_id}>
					<a href={`/@${one.username}`} onClick={close}>
						<Avatar name={one.username} size={44} picture={one.image} />
						<span><b>{one.username}</b><small>{ago(time)}</small></span>
					</a></li>)}</ul>
		{next.value && <Button onClick={() => {
			more(next.value ?? path).catch(tellError);
		}}>{t('show.more')}</Button>}
	</Dialog>;
}
