/* Follow and follow no longer: shown at once, told after; the last press
 * counts, and a refusal turns it back. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, turn } from '../core/api';
import { needLogin } from '../core/session';
import { t } from '../core/words';
import { tellError } from './Toast';

interface Props {
	/* Below /api/: PUT and DELETE of it. */
	path: string;
	on: boolean | null | undefined;
	name: string;
	then?: (on: boolean) => void;
}

export function FollowButton({ path, on, name, then }: Props) {
	const now = useSignal(on === true);
	useEffect(() => { now.value = on === true; }, [path, on]);
	const show = (wish: boolean) => {
		if (now.value !== wish)
			then?.(wish);
		now.value = wish;
	};
	const press = () => needLogin(() => {
		turn(path, !now.value, show,
			(wish) => api(wish ? 'PUT' : 'DELETE', path)).catch(tellError);
	});
	return <button type="button" aria-pressed={now.value} onClick={press}
		class={`button follow ${now.value ? 'plain' : 'primary'}`}
		aria-label={t(now.value ? 'unfollow.name' : 'follow.name', { name })}>
		<span class="follow-now">
			{t(now.value ? 'following' : 'follow')}</span>
		{now.value && <span class="follow-stop">{t('unfollow')}</span>}
	</button>;
}
