/* Removing one's account, with the password. */
import { useSignal } from '@preact/signals';
import { api } from '../core/api';
import { go } from '../core/router';
import { logOut } from '../core/session';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Button } from './Button';
import { PasswordDialog } from './PasswordDialog';
import { tell } from './Toast';

async function leave(password: string): Promise<void> {
	await api('DELETE', 'users/me', { body: { password } });
	await logOut();
	forgetFeeds();
	go('/', true);
	tell(t('leave.done'));
}

export function Leave() {
	const asked = useSignal(false);
	return <section class="box">
		<h2>{t('leave')}</h2>
		<p>{t('leave.text')}</p>
		<Button kind="danger" onClick={() => { asked.value = true; }}>
			{t('leave.ask')}</Button>
		{asked.value && <PasswordDialog id="leave-password"
			title={t('leave.title')} text={t('leave.sure')}
			button={t('leave.button')} send={leave}
			onClose={() => { asked.value = false; }} />}
	</section>;
}
