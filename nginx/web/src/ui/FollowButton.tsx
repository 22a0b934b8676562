/* Follow and follow no longer: shown at once, told after; the last press
 * counts, and a refusal turns it back.  All it may say stands in one place, so
 * that it is as wide whatever it says. */
import { isMarked, turnMark } from '../core/marks';
import { needLogin } from '../core/session';
import { t } from '../core/words';
import { tellError } from './Toast';

interface Props {
	/* Below /api/: PUT and DELETE of it. */
	path: string;
	on: boolean | null | undefined;
	name: string;
}

export function FollowButton({ path, on, name }: Props) {
	const now = isMarked(path, on === true);
	const press = () => needLogin(() => {
		turnMark(path, on === true).catch(tellError);
	});
	return <button type="button" aria-pressed={now} onClick={press}
		class={`button follow ${now ? 'plain' : 'primary'}`}
		aria-label={t(now ? 'unfollow.name' : 'follow.name', { name })}>
		<span class="follow-start">{t('follow')}</span>
		<span class="follow-on">{t('following')}</span>
		<span class="follow-stop">{t('unfollow')}</span>
	</button>;
}
