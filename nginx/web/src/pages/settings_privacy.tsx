/* Whom one blocks: not to be found anywhere else, as their profiles are gone. */
import { api } from '../core/api';
import { usePaged } from '../core/paged';
import type { Person } from '../core/types';
import { ago, t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { focusList, KeptList } from '../ui/KeptList';
import { SettingsFrame } from '../ui/SettingsFrame';
import { tell, tellError } from '../ui/Toast';

const start = 'blocks';

export default function PrivacySettings() {
	return <SettingsFrame title={t('privacy')}><Blocked /></SettingsFrame>;
}

function Blocked() {
	const paged = usePaged<Person>(start);
	const end = async (one: Person) => {
		const putBack = paged.take(one);
		const path = `users/${encodeURIComponent(one.username)}/block`;
		try {
			await api('DELETE', path);
			forgetFeeds();
			tell(t('unblock.done', { name: one.username }), {
				label: t('undo'), run: () => {
					api('PUT', path).then(() => paged.load(start), tellError);
				} });
		} catch (e) {
			putBack();
			tellError(e);
		}
	};
	return <KeptList paged={paged} path={start} title={t('blocked.people')}
		text={t('blocked.text')} none={`${t('blocked.none')}. ${
			t('blocked.none.text')}`}
		keyOf={(one) => one.id} row={(one) => <div class="kept-row">
			<Avatar name={one.username} size={44} picture={one.avatar} />
			<span class="kept-words"><b>{one.username}</b>
				<small>{t('followed.since', { when: ago(one.created_at) })}
				</small></span>
			<Button aria-label={t('unblock.name', { name: one.username })}
				onClick={(e) => {
					focusList(e.currentTarget as HTMLElement);
					void end(one);
				}}>{t('unblock')}</Button>
		</div>} />;
}
