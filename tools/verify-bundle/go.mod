module imaging-failsafe/verify-bundle

go 1.22
