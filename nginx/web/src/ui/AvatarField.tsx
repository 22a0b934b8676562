/* One's picture: chosen, looked at, and saved. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, asApiError } from '../core/api';
import { setMe } from '../core/session';
import type { User } from '../core/types';
import { t } from '../core/words';
import { Avatar } from './Avatar';
import { Button } from './Button';
import { tell } from './Toast';

const maxBytes = 20 * 1024 * 1024;

interface Chosen {
	file: File;
	shown: string;
}

export function AvatarField({ user }: { user: User }) {
	const chosen = useSignal<Chosen | null>(null);
	const error = useSignal('');
	const busy = useSignal(false);
	const show = (file: File | null) => {
		if (chosen.value)
			URL.revokeObjectURL(chosen.value.shown);
		error.value = file && file.size > maxBytes ? t('upload.size') : '';
		chosen.value = file && !error.value
			? { file, shown: URL.createObjectURL(file) } : null;
	};
	useEffect(() => () => show(null), []);
	const save = async (file: File) => {
		const body = new FormData();
		body.set('avatar', file, file.name);
		busy.value = true;
		try {
			setMe(await api<User>('PATCH', 'rest-auth/user', { body }));
			show(null);
			tell(t('settings.saved'));
		} catch (e) {
			error.value = asApiError(e).message;
		}
		busy.value = false;
	};
	const { value: now } = chosen;
	return <div class="avatar-field">
		<Avatar name={user.username} size={96}
			picture={now?.shown ?? user.avatar} />
		<div>
			<div class="buttons">
				<label class="button plain">{t('avatar.choose')}
					<input class="hidden" type="file" name="avatar"
						accept="image/jpeg,image/png,image/gif,image/webp,image/avif,image/heic"
						onChange={(e) => {
							show(e.currentTarget.files?.[0] ?? null);
							e.currentTarget.value = '';
						}} />
				</label>
				{now && <>
					<Button kind="primary" busy={busy.value}
						onClick={() => { void save(now.file); }}>
						{t('avatar.save')}</Button>
					<Button kind="quiet" onClick={() => show(null)}>
						{t('cancel')}</Button>
				</>}
			</div>
			{error.value && <p class="field-error" role="alert">
				{error.value}</p>}
		</div>
	</div>;
}
