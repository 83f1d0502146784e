"""What a password must be like: Django's rules, in our words. The settings name them."""

from django.contrib.auth import password_validation as django_rules
from django.utils.translation import gettext as _


class LongEnough(django_rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("The password is too short. Take at least %(min_length)d characters.") % {
            "min_length": self.min_length
        }


class UnlikeTheirName(django_rules.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("The password is too much like your name or mail address. Take another.")


class Uncommon(django_rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Many people have this password, and it is guessed first. Take another.")


class NotDigitsAlone(django_rules.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return _("The password is all digits. Add letters or other characters.")
