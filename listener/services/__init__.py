"""What messages are handed to: the services of Apprise, and signed webhooks for one's own systems."""
