/* A link to a board: where it leads, and becoming a member. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, type ApiError, asApiError } from '../core/api';
import { boardChanged } from '../core/boards';
import { go, type Params } from '../core/router';
import { me } from '../core/session';
import type { Board, Invitation } from '../core/types';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { Button } from '../ui/Button';
import { LoginFirst } from '../ui/LoginFirst';
import { tellError } from '../ui/Toast';

export default function Join({ params }: { params: Params }) {
	const body = { token: params['token'] ?? '' };
	const found = useSignal<Invitation | null>(null);
	const error = useSignal<ApiError | null>(null);
	const busy = useSignal(false);
	const who = me.value?.id;
	useTitle(t('join'));
	useEffect(() => {
		if (who)
			api<Invitation>('POST', 'boards/invitation', { body }).then(
				(one) => { found.value = one; },
				(e) => { error.value = asApiError(e); });
	}, [who]);
	if (!me.value)
		return <LoginFirst />;
	const join = async () => {
		const board = await api<Board>('POST', 'boards/join', { body });
		boardChanged();
		go(`/board/${board.id}`, true);
	};
	const one = found.value;
	const own = one?.author === me.value.username;
	return <section class="state">
		<h1>{one ? one.title : t('join')}</h1>
		{error.value && <p role="alert">{error.value.message}</p>}
		{one && <>
			<p>{t('join.text', { name: one.invited_by ?? one.author,
				role: t(`role.${one.role}`) })}</p>
			{own ? <a class="button plain" href={`/board/${one.id}`}>
				{t('board.open')}</a>
				: <Button kind="primary" busy={busy.value} onClick={() => {
					busy.value = true;
					join().catch(tellError)
						.finally(() => { busy.value = false; });
				}}>{t('join.now')}</Button>}
		</>}
	</section>;
}
