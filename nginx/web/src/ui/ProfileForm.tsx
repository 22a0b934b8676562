/* What one says of oneself: for everybody to see, and for oneself alone. */
import { forget } from '../core/load';
import { setMe } from '../core/session';
import type { Own } from '../core/types';
import { t } from '../core/words';
import { Field } from './Field';
import { OwnForm } from './OwnForm';

const genders = ['F', 'M', 'O'] as const;

function showOwn({ username, user_name }: Own): void {
	setMe({ user_name });
	forget(`users/${encodeURIComponent(username)}`);
}

export function ProfileForm() {
	return <OwnForm button={t('profile.save')} saved={showOwn}>
		{(own, errors) => <>
			<Field name="user_name" label={t('field.shown')} required
				defaultValue={own.user_name} maxLength={20}
				hint={t('field.shown.hint')} autocomplete="nickname"
				errors={errors['user_name']} />
			<Field name="profile_name" label={t('field.profile_name')} required
				defaultValue={own.profile_name} maxLength={20}
				hint={t('field.profile_name.hint')} autocomplete="off"
				errors={errors['profile_name']} />
			<Introduction text={own.introduction}
				errors={errors['introduction']} />
			<p class="field-hint">{t('profile.private')}</p>
			<div class="field"><label for="field-gender">
				{t('field.gender')}</label>
				<select id="field-gender" name="gender"
					defaultValue={own.gender ?? ''}>
					<option value="" selected={!own.gender}>
						{t('gender.none')}</option>
					{genders.map((one) => <option key={one} value={one}
						selected={own.gender === one}>
						{t(`gender.${one}`)}</option>)}
				</select></div>
			<Field name="birthday" type="date" label={t('field.birthday')}
				defaultValue={own.birthday ?? ''} min="1900-01-01"
				autocomplete="bday" errors={errors['birthday']} />
		</>}
	</OwnForm>;
}

function Introduction({ text, errors }: {
	text: string;
	errors: string[] | undefined;
}) {
	const about = errors?.length ? 'field-introduction-error' : undefined;
	return <div class="field">
		<label for="field-introduction">{t('field.introduction')}</label>
		<textarea id="field-introduction" name="introduction" rows={3}
			maxLength={100} defaultValue={text} class="input"
			aria-invalid={errors?.length ? true : undefined}
			aria-describedby={about} />
		{errors?.length ? <p class="field-error" id={about}>
			{errors.join(' ')}</p> : null}
	</div>;
}
