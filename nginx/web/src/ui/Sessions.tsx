/* Where one is logged in, and ending it there. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, get } from '../core/api';
import type { Login } from '../core/types';
import { ago, t } from '../core/words';
import { Button } from './Button';
import { tell, tellError } from './Toast';

export function Sessions() {
	const logins = useSignal<Login[] | null>(null);
	const load = async () => { logins.value = await get<Login[]>('sessions'); };
	useEffect(() => { load().catch(tellError); }, []);
	/* Gone at once; there again if it could not be ended. */
	const end = (path: string, left: Login[], said: string) => {
		logins.value = left;
		api('DELETE', path).then(() => tell(said), (e) => {
			tellError(e);
			load().catch(tellError);
		});
	};
	const all = logins.value ?? [];
	return <section class="box">
		<h2>{t('sessions')}</h2>
		<ul class="sessions" aria-busy={logins.value === null}>
			{all.map((one) => <li key={one.id}>
				<span><b>{one.device ?? t('sessions.unknown')}</b>
					<small>{one.current ? t('sessions.this')
						: t('sessions.seen', { when: ago(one.last_seen) })}
					</small></span>
				{!one.current && <Button kind="quiet"
					aria-label={t('sessions.end.name', {
						name: one.device ?? t('sessions.unknown') })}
					onClick={() => end(`sessions/${one.id}`,
						all.filter((other) => other !== one),
						t('sessions.ended'))}>{t('sessions.end')}</Button>}
			</li>)}
		</ul>
		{all.length > 1 && <Button onClick={() => end('sessions',
			all.filter((one) => one.current), t('sessions.ended.others'))}>
			{t('sessions.end.others')}</Button>}
	</section>;
}
